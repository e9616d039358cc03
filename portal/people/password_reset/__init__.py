"""Forgotten passwords: requesting a link, and setting a new password with it."""
