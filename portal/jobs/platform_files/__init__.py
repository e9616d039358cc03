"""A platform as a YAML file: written from the records, and planned as a job (docs/declarative.md)."""
