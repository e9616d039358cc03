"""The journal room: a record of all changes, with the values before and after, and their undo."""
