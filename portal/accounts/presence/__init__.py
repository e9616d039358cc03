"""The room of an account's presence: what others see of it, and who wants to see it."""
