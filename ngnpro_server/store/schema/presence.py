"""The tables of Kamailio's presence module, as far as they are read here; its own scripts create them."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, String, Table

presence_metadata = MetaData()

# expires and received_time are Unix times; body is a document of presence (RFC 3863)
presentity = Table(
    "presentity",
    presence_metadata,
    Column("id", Integer, primary_key=True),
    Column("username", String(64), nullable=False),
    Column("domain", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("etag", String(128), nullable=False),
    Column("expires", BigInteger, nullable=False),
    Column("received_time", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sender", String(255), nullable=False),
)

watchers = Table(
    "watchers",
    presence_metadata,
    Column("id", Integer, primary_key=True),
    Column("presentity_uri", String(255), nullable=False),
    Column("watcher_username", String(64), nullable=False),
    Column("watcher_domain", String(64), nullable=False),
    Column("event", String(64), nullable=False),
    Column("status", Integer, nullable=False),
    Column("inserted_time", BigInteger, nullable=False),
)
