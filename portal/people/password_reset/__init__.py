"""Forgotten passwords: asking for a link, and setting a new password with it."""
