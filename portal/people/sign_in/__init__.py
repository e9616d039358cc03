"""The session room: signing in and out, acting for a customer, the theme and the language."""
