"""The locks room: failed sign-ins and lockouts."""
