"""Pages of the calls room."""
