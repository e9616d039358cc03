"""Sends account information and logins on request, after a page that shows who gets which mail."""
