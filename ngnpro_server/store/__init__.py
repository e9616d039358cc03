"""The store: tables, transactions and queries; SQL is known only here."""
