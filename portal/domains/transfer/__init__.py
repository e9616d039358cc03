"""One domain as a file, and back: everything in it, for another platform or a later day (docs/export-format.md)."""
