"""The overview room: the start page, and the search in all kinds of records."""
