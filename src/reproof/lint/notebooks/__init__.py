"""Notebooks as JSON: what in them is dirt, and how it is taken out without touching anything else."""
