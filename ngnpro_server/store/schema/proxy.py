"""Tables that the SIP proxy and the media relays write: registrations, calls, traces. This server reads them.

On SQLite these tables are in a separate file, because writers of the same file wait for one another. They have the
columns of Kamailio's modules: ``location`` of usrloc, ``sip_trace`` of siptrace, ``acc`` and ``missed_calls`` of acc
with some of our own, and ``calls`` has acc's call detail records. examples/platform configures them. Times are in UTC.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Double,
    Float,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

from ngnpro_server.store.types import Id, KamailioTime, LongText, WholeSeconds

proxy_metadata = MetaData()
_ALL_LETTERS: dict[str, Any] = {"mysql_charset": "utf8mb4", "mariadb_charset": "utf8mb4"}


def _text(name: str, length: int) -> Column[str]:
    return Column(name, String(length), nullable=False, default="", server_default="")


location = Table(
    "location",
    proxy_metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("ruid", String(64), nullable=False, unique=True),
    _text("username", 64),
    Column("domain", String(64)),
    _text("contact", 512),
    Column("received", String(128)),
    Column("path", String(512)),
    Column("expires", KamailioTime, nullable=False),
    Column("q", Float, nullable=False, default=1.0, server_default="1.0"),
    _text("callid", 255),
    Column("cseq", Integer, nullable=False, default=1, server_default="1"),
    Column("last_modified", KamailioTime, nullable=False),
    Column("flags", Integer, nullable=False, default=0, server_default="0"),
    Column("cflags", Integer, nullable=False, default=0, server_default="0"),
    _text("user_agent", 255),
    Column("socket", String(64)),
    Column("methods", Integer),
    Column("instance", String(255)),
    Column("reg_id", Integer, nullable=False, default=0, server_default="0"),
    Column("server_id", Integer, nullable=False, default=0, server_default="0"),
    Column("connection_id", Integer, nullable=False, default=0, server_default="0"),
    Column("keepalive", Integer, nullable=False, default=0, server_default="0"),
    Column("partition", Integer, nullable=False, default=0, server_default="0"),
    Index("account_contact_idx", "username", "domain", "contact"),
    Index("expires_idx", "expires"),
    Index("connection_idx", "server_id", "connection_id"),
    **_ALL_LETTERS,
)

# stop_time is null until the call ends; media_info is a JSON text with "duration" and "streams". payer_username and
# payer_domain are the account that pays for a call to the telephone network, number the number as 00 and digits; null
# for other calls. The server sets price and rated.
calls = Table(
    "calls",
    proxy_metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    _text("call_id", 255),
    _text("from_tag", 128),
    _text("to_tag", 128),
    _text("from_username", 64),
    _text("from_domain", 253),
    _text("to_username", 64),
    _text("to_domain", 253),
    _text("from_uri", 255),
    _text("to_uri", 255),
    _text("from_header", 255),
    Column("start_time", KamailioTime, nullable=False),
    Column("stop_time", KamailioTime),
    Column("duration", WholeSeconds, nullable=False, default=0, server_default="0"),
    Column("status", Integer, nullable=False, default=200, server_default="200"),
    Column("price", Double, nullable=False, default=0.0, server_default="0"),
    _text("proxy_ip", 45),
    _text("media", 64),
    Column("media_info", Text),
    Column("payer_username", String(64)),
    Column("payer_domain", String(253)),
    Column("number", String(64)),
    Column("rated", SmallInteger, nullable=False, default=0, server_default="0"),
    Index("ix_calls_from", "from_domain", "from_username", "start_time"),
    Index("ix_calls_to", "to_domain", "to_username", "start_time"),
    Index("ix_calls_payer", "payer_domain", "payer_username", "start_time"),
    Index("ix_calls_rated", "rated", "id"),
    Index("ix_calls_call_id", "call_id"),
    Index("ix_calls_start_time", "start_time"),
    **_ALL_LETTERS,
)


def _transactions(name: str) -> Table:
    """Return a table of SIP transactions of calls, as acc writes them: ``acc`` or ``missed_calls``."""
    return Table(
        name,
        proxy_metadata,
        Column("id", Id, primary_key=True, autoincrement=True),
        _text("method", 16),
        _text("from_tag", 128),
        _text("to_tag", 128),
        _text("callid", 255),
        _text("sip_code", 3),
        _text("sip_reason", 128),
        Column("time", KamailioTime, nullable=False),
        _text("from_username", 64),
        _text("from_domain", 253),
        _text("to_username", 64),
        _text("to_domain", 253),
        _text("from_uri", 255),
        _text("to_uri", 255),
        _text("from_header", 255),
        _text("proxy_ip", 45),
        _text("media", 64),
        Index(f"ix_{name}_from", "from_domain", "from_username", "time"),
        Index(f"ix_{name}_to", "to_domain", "to_username", "time"),
        Index(f"ix_{name}_callid", "callid"),
        Index(f"ix_{name}_time", "time"),
        **_ALL_LETTERS,
    )


acc = _transactions("acc")
missed_calls = _transactions("missed_calls")

sip_trace = Table(
    "sip_trace",
    proxy_metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("time_stamp", KamailioTime, nullable=False),
    Column("time_us", Integer, nullable=False, default=0, server_default="0"),
    _text("callid", 255),
    _text("traced_user", 255),
    Column("msg", LongText, nullable=False),
    _text("method", 50),
    _text("status", 255),
    _text("fromip", 64),
    _text("toip", 64),
    _text("fromtag", 128),
    _text("totag", 128),
    _text("direction", 4),
    Index("traced_user_idx", "traced_user"),
    Index("date_idx", "time_stamp"),
    Index("fromip_idx", "fromip"),
    Index("callid_idx", "callid"),
    **_ALL_LETTERS,
)

# reports of a media relay on itself (kind "relay") and on each session (kind "session"), in MediaProxy's format
media_reports = Table(
    "media_reports",
    proxy_metadata,
    Column("kind", String(8), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("report", JSON, nullable=False),
    Column("report_time", DateTime, nullable=False),
    **_ALL_LETTERS,
)
