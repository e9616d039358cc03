"""The numbers room: E.164 numbers and where they lead."""
