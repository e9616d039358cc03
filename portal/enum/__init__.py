"""ENUM: E.164 number ranges, the numbers in them, and where they lead (RFC 6116)."""
