"""Management commands about jobs."""
