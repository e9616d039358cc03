"""The overview room: how the platform stands, and the search over all of it."""
