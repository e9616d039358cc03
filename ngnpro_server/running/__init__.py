"""Runs the server: checks before the start, sockets, worker processes and metrics."""
