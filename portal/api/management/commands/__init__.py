"""The commands of the API, each called `manage.py <name>`."""
