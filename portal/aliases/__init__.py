"""The aliases room: addresses that point to other addresses."""
