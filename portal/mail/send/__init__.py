"""Sending account information and logins on request: a page first shows who gets what, and then sends it."""
