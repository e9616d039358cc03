"""Failed logins, and from where logins succeeded, shared by all worker processes."""

from sqlalchemy import Column, DateTime, Table

from .base import date_column, key_column, metadata, number_column

login_failures = Table(
    "login_failures",
    metadata,
    # "user <source> <username>" or "source <source>"
    key_column("subject", 330, primary_key=True),
    number_column("failures"),
    date_column("locked_until"),
    date_column("last_failure"),
    Column("last_success", DateTime),
)
