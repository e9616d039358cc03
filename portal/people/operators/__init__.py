"""Operators: the portal's own administrators, the only people it keeps itself."""
