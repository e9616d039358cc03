"""What `make run` does: it prepares the databases and files, then runs server, portal and worker together."""
