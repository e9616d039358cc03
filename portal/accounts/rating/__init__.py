"""The room of an account's rating profiles."""
