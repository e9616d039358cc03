"""The phones of an account: those that are registered, setting up another one, and the passwords."""
