"""RatingPort: the profiles by which the calls of accounts are rated."""
