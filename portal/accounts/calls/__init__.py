"""The calls of an account, and the credit that pays for them."""
