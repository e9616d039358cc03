"""The first page of an account's own user: whether he can be reached, what he missed, and what he may want to do."""
