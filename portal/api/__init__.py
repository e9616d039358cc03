"""The REST API: everything that rooms declare about their records, for other programs (docs/api.md)."""
