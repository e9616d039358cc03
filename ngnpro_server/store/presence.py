"""Presence in the database of the SIP proxy, in the tables of Kamailio's presence module, if there are such."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, delete, inspect, select

from .schema.presence import presentity, watchers

_P, _W = presentity.c, watchers.c
EVENT = "presence"
# the tag of what this server has published, which no phone has
_ETAG = "ngnpro"
MOST_WATCHERS = 500


def has_presence(connection: Connection, table: Table = presentity) -> bool:
    """Return whether the SIP proxy has a table of presence."""
    return inspect(connection).has_table(table.name)


def latest_document(connection: Connection, account: RowMapping, now: int) -> bytes | None:
    """Return the document that was published last for an account and is valid at a Unix time, or ``None``."""
    if not has_presence(connection):
        return None
    query = select(_P.body).where(*_of(account), _P.expires > now)
    found = connection.execute(query.order_by(_P.received_time.desc(), _P.id.desc()).limit(1)).scalar()
    return found.encode() if isinstance(found, str) else found


def publish_document(connection: Connection, account: RowMapping, body: bytes, now: int, expires: int) -> None:
    """Replace the document that this server has published for an account; times are Unix times."""
    withdraw_document(connection, account)
    row = {"username": account["username"], "domain": account["domain"], "event": EVENT, "etag": _ETAG}
    row |= {"expires": expires, "received_time": now, "body": body, "sender": ""}
    connection.execute(presentity.insert().values(**row))


def withdraw_document(connection: Connection, account: RowMapping) -> None:
    """Delete the document that this server has published for an account."""
    connection.execute(delete(presentity).where(*_of(account), _P.etag == _ETAG))


def list_watchers(connection: Connection, account: RowMapping) -> Sequence[RowMapping]:
    """Return who wants to see the presence of an account, with the status of each, sorted by address."""
    if not has_presence(connection, watchers):
        return ()
    uri = f"sip:{account['username']}@{account['domain']}"
    query = select(watchers).where(_W.presentity_uri == uri, _W.event == EVENT)
    in_order = query.order_by(_W.watcher_domain, _W.watcher_username).limit(MOST_WATCHERS)
    return connection.execute(in_order).mappings().all()


def _of(account: RowMapping) -> tuple[ColumnElement[bool], ...]:
    return _P.username == account["username"], _P.domain == account["domain"], _P.event == EVENT
