"""Tables of rating profiles, of how much domains are used, and of the calls of this interface. Times are in UTC."""

from sqlalchemy import Column, DateTime, Index, Table

from .base import date_column, key_column, metadata, number_column, text_column

# entity: whose profiles they are, e.g. subscriber://user@domain; domain: its SIP domain, empty for a customer
rating_profiles = Table(
    "rating_profiles",
    metadata,
    key_column("entity", 340, primary_key=True),
    key_column("domain", 253),
    text_column("weekday", 64),
    text_column("weekday_alt", 64),
    text_column("weekend", 64),
    text_column("weekend_alt", 64),
    text_column("timezone", 64),
    date_column("change_date"),
    Index("ix_rating_profiles_domain", "domain"),
)

# one row for each hour and domain that was used in it, and one without a domain for each hour that was counted
domain_usage = Table(
    "domain_usage",
    metadata,
    Column("time", DateTime, primary_key=True),
    key_column("domain", 253, primary_key=True),
    number_column("registered"),
    number_column("calls"),
    number_column("seconds"),
)

# the calls of an operation (e.g. Sip.addDomain) from one address in ten minutes; no address if the login was refused
call_counts = Table(
    "call_counts",
    metadata,
    Column("time", DateTime, primary_key=True),
    key_column("operation", 64, primary_key=True),
    key_column("source", 45, primary_key=True),
    number_column("calls"),
    number_column("faults"),
    number_column("milliseconds"),
)
