"""Pages of the forwarding room."""
