"""The routes room: which carrier takes calls to which numbers."""
