"""Bulk work on records: a plan that is shown first, a job that carries it out, and its undo."""
