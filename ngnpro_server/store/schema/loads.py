"""The table of what the SIP proxies have loaded into their memory."""

from sqlalchemy import Column, DateTime, Table

from .base import date_column, key_column, metadata, number_column, text_column

# loaded is the number of the last change that all proxies have; error says why the last load failed
proxy_loads = Table(
    "proxy_loads",
    metadata,
    key_column("topic", 16, primary_key=True),
    number_column("changes"),
    date_column("changed"),
    number_column("loaded"),
    Column("loaded_at", DateTime),
    text_column("error", 255),
)
