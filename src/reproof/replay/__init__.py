"""Rebuilding a recorded run: its environment, its data, its seed. Talks to ports and to the scratch clone only."""
