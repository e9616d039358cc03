"""Pages of the phones room."""
