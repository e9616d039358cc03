"""Export of a domain with everything in it, as a file (docs/export-format.md)."""
