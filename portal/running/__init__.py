"""What `make run` does: prepare the databases and files, then keep server, portal and worker running together."""
