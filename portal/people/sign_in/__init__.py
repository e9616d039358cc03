"""The session room: sign in, sign out, light or dark."""
