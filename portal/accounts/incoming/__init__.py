"""The incoming room: do not disturb, who may call in which hours of the week, and callers who are always rejected."""
