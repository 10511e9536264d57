"""Predictions sample by sample: read (`table.py`), kept (`packed.py`), held against others (`churn.py`)."""
