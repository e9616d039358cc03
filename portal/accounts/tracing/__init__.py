"""The tracing room: the search for calls across accounts, and their traces."""
