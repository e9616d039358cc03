"""ENUM: E.164 number ranges, the numbers in them, and what they point to (RFC 6116)."""
