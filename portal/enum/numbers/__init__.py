"""The numbers room: E.164 numbers and what they point to."""
