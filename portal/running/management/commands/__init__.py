"""Management commands that look at the whole installation."""
