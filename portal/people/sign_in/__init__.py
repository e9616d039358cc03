"""The session room: signing in and out, acting for a customer, and the theme."""
