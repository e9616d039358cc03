"""The tables of what the SIP proxies have to load into their memory, and of what each has loaded."""

from sqlalchemy import Column, DateTime, Table

from .base import date_column, key_column, metadata, number_column, text_column

# how often the tables of a topic changed
proxy_loads = Table(
    "proxy_loads",
    metadata,
    key_column("topic", 16, primary_key=True),
    number_column("changes"),
    date_column("changed"),
)

# loaded is the number of the last change that the proxy has; error says why the last load failed
proxy_nodes = Table(
    "proxy_nodes",
    metadata,
    key_column("topic", 16, primary_key=True),
    key_column("node", 255, primary_key=True),
    number_column("loaded"),
    Column("loaded_at", DateTime),
    text_column("error", 255),
)
