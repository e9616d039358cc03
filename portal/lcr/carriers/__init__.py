"""The carriers room: companies that take calls to the telephone network."""
