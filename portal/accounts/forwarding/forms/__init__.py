"""Forms of the forwarding room."""
