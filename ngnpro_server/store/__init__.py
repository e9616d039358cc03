"""The database layer: tables, transactions and queries. Other packages contain no SQL statements."""
