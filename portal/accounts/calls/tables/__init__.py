"""Tables of the calls room."""
