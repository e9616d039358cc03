"""Running the server: worker processes, sockets, numbers for whoever watches, and checks before the start."""
