"""The SIP password and the web password of one account: set, and shown only where that is allowed."""
