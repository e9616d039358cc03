"""The rights of the database users of the SIP proxy and the DNS server: what they need, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from ngnpro_server.store.schema.proxy import acc, calls, location, missed_calls, sip_trace

from . import dns, preferences, routing, sip
from .versions import VERSION

READ_BY_PROXY = tuple(view.name for view in (VERSION, *sip.VIEWS, preferences.VIEW, *routing.VIEWS))
READ_BY_DNS = tuple(view.name for view in dns.VIEWS)
_APPENDED = (acc, missed_calls, calls, sip_trace)


def grant_reading(connection: Connection, user: str, views: Iterable[str]) -> None:
    """Let a database user read views."""
    for view in views:
        _grant(connection, "SELECT", view, user)


def grant_writing(connection: Connection, user: str) -> None:
    """Let the SIP proxy's user write registrations, and append to the tables of calls and traces."""
    _grant(connection, "SELECT, INSERT, UPDATE, DELETE", location.name, user)
    for table in _APPENDED:
        _grant(connection, "INSERT", table.name, user)
    _grant(connection, "SELECT", VERSION.name, user)
    if connection.dialect.name == "postgresql":
        for table in (location, *_APPENDED):
            _grant(connection, "USAGE", f"SEQUENCE {table.name}_id_seq", user)


def _grant(connection: Connection, rights: str, name: str, user: str) -> None:
    # names are ours, and the configuration allows letters, digits and _ in a user, and . - % in the host
    name_of_user, _, host = user.partition("@")
    to = f'"{user}"' if connection.dialect.name == "postgresql" else f"'{name_of_user}'@'{host or '%%'}'"
    connection.exec_driver_sql(f"GRANT {rights} ON {name} TO {to}")
