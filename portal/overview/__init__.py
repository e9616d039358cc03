"""The overview room: the state of the platform, and the search in all its records."""
