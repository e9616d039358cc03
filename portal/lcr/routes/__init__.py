"""The routes room: which carrier takes calls to which numbers, and a form that adds a route with all it needs."""
