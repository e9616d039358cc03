"""Sending account information and logins by a person's own act: first who gets what is shown, then it is sent."""
