"""The properties of customers: rights, limits and settings, each with who may change it."""
