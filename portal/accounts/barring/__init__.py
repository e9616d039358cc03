"""The barring room: telephone numbers that an account may not call."""
