"""The properties of customers: rights, limits and settings, and who may change each."""
