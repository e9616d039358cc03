"""Failed sign-ins, and the pauses that follow them."""
