"""The ranges room: blocks of E.164 numbers."""
