"""What the user of an account may set of it himself."""
