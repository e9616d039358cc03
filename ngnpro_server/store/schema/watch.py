"""Tables of prices, of what calls cost, of alarms, and of the state of gateways and phones.

``rated_calls`` has each call of the proxy's table ``calls`` that was rated: its key makes sure that a call is charged
only once. Times are in UTC, months are written as ``2026-01``.
"""

from sqlalchemy import Boolean, Column, DateTime, Index, Integer, String, Table, UniqueConstraint

from ngnpro_server.store.types import Id, Money

from .base import date_column, key_column, metadata, number_column, owner_column, text_column

# prefix: the first digits of international numbers, without 00; reseller 0 is the platform
prices = Table(
    "prices",
    metadata,
    Column("reseller_id", Id, primary_key=True, autoincrement=False),
    key_column("prefix", 15, primary_key=True),
    text_column("destination", 64),
    Column("per_minute", Money, nullable=False),
    Column("connect_fee", Money, nullable=False),
    Column("increment", Integer, nullable=False),
    text_column("currency", 3),
)

# call_id is the id of the row in calls; with the start, it is unique even if that table was created anew
rated_calls = Table(
    "rated_calls",
    metadata,
    Column("call_id", Id, primary_key=True, autoincrement=False),
    Column("start_time", DateTime, primary_key=True),
    owner_column("account_id"),
    date_column("stop_time"),
    number_column("seconds"),
    Column("price", Money, nullable=False),
    Index("ix_rated_calls_account_stop_time", "account_id", "stop_time"),
    Index("ix_rated_calls_stop_time", "stop_time"),
)

# held: the account was put into the group quota when this month's cost had reached held_at
month_usage = Table(
    "month_usage",
    metadata,
    Column("account_id", Id, primary_key=True, autoincrement=False),
    key_column("month", 7, primary_key=True),
    number_column("calls"),
    number_column("seconds"),
    Column("cost", Money, nullable=False),
    Column("held", Boolean, nullable=False, default=False),
    number_column("held_at"),
    Index("ix_month_usage_held", "held"),
)

called_countries = Table(
    "called_countries",
    metadata,
    Column("customer_id", Id, primary_key=True, autoincrement=False),
    Column("country", String(3), primary_key=True),
    date_column("since"),
)

# period: an alarm of a kind is raised once in it; told: its mails were queued; closed: somebody has seen to it
alarms = Table(
    "alarms",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    date_column("time"),
    key_column("kind", 16),
    key_column("period", 16),
    owner_column("account_id"),
    owner_column("customer_id"),
    owner_column("reseller_id"),
    text_column("username", 64),
    text_column("domain", 253),
    text_column("value", 64),
    text_column("threshold", 64),
    Column("blocked", Boolean, nullable=False, default=False),
    Column("told", Boolean, nullable=False, default=False),
    Column("closed", Boolean, nullable=False, default=False),
    UniqueConstraint("account_id", "kind", "period"),
    Index("ix_alarms_told", "told", "id"),
    Index("ix_alarms_closed_reseller", "closed", "reseller_id", "id"),
    sqlite_autoincrement=True,
)

# answer: the status of the last answer to OPTIONS; 0 for none, null if it could not be asked
gateway_states = Table(
    "gateway_states",
    metadata,
    Column("gateway_id", Id, primary_key=True, autoincrement=False),
    Column("answer", Integer),
    date_column("since"),
    date_column("checked"),
)

# calls is null if no proxy told
health_samples = Table(
    "health_samples",
    metadata,
    Column("time", DateTime, primary_key=True),
    number_column("phones"),
    Column("calls", Integer),
)

# when one of the server's processes last took its turn at a periodic task
turns = Table(
    "turns",
    metadata,
    key_column("name", 16, primary_key=True),
    date_column("taken"),
)
