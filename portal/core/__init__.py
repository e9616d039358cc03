"""The framework that every room is built on. It contains no code for particular kinds of records."""
