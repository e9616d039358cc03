"""The aliases room: addresses that lead to other addresses."""
