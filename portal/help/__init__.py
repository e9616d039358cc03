"""The help: the documentation inside the portal."""
