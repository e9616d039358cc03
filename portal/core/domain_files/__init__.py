"""The file of a domain (docs/export-format.md): its kinds of records, as rooms declare them, and how it is read."""
