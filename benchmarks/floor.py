"""The floor of a call: the same rows read with the plain driver, and the same answer built with lxml, nothing else.

It has no login, no rights, no checks, no HTTP and no log. A call to the server can only cost more.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from lxml import etree
from sqlalchemy import make_url

from ngnpro_wire.codec import encode_request
from ngnpro_wire.schema import load_schema

_PARTS = {
    "groups": "SELECT account_id, name FROM account_groups WHERE account_id IN ({}) ORDER BY account_id, name",
    "properties": "SELECT account_id, name, value FROM account_properties WHERE account_id IN ({}) ORDER BY 1, 2",
    "acl": "SELECT account_id, ip, mask, tag FROM account_acl WHERE account_id IN ({}) ORDER BY account_id, position",
}
_MEMBERS = ("username", "domain", "first_name", "last_name", "timezone", "email", "rpid", "prepaid", "quota")
_MEMBERS += ("call_limit", "timeout", "quickdial_prefix", "region", "password", "ha1", "ha1b", "owner_id")
_MEMBERS += ("customer_id", "reseller_id", "create_date", "change_date")
_SELECT = f"SELECT id, {', '.join(_MEMBERS)} FROM sip_accounts"


class Floor:
    """Plain reads of accounts from a platform's database."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        if address.get_backend_name() == "sqlite":
            self._connection: Any = sqlite3.connect(Path(address.database or ""))
            self._mark = "?"
        else:
            self._connection = psycopg.connect(url.replace("+psycopg", ""))
            self._mark = "%s"
        schema = load_schema()
        self._request = encode_request(schema, schema.operation("Sip", "getAccounts"), {"query": {}})
        self.close = self._connection.close

    def one(self, username: str, domain: str) -> bytes:
        """Read one account."""
        where = f"{_SELECT} WHERE domain = {self._mark} AND username = {self._mark}"
        return self._answer(where, (domain, username))

    def first(self, count: int) -> Callable[[], bytes]:
        """Return the reading of the first page of all accounts with its total."""
        total = "SELECT number FROM counts WHERE kind = 'account' AND scope = 'all' AND key = ''"

        def read() -> bytes:
            self._connection.execute(total).fetchone()
            return self._answer(f"{_SELECT} ORDER BY change_date DESC, id DESC LIMIT {self._mark}", (count,))

        return read

    def _answer(self, query: str, arguments: tuple[Any, ...]) -> bytes:
        etree.fromstring(self._request)
        rows = self._connection.execute(query, arguments).fetchall()
        ids = [row[0] for row in rows]
        marks = ", ".join([self._mark] * len(ids))
        parts: dict[str, dict[int, list[Any]]] = {}
        for name, part in _PARTS.items():
            found = parts[name] = {}
            for row in self._connection.execute(part.format(marks), ids):
                found.setdefault(row[0], []).append(row[1:])
        self._connection.rollback()
        return _write(rows, parts)


def _write(rows: list[Any], parts: dict[str, dict[int, list[Any]]]) -> bytes:
    root = etree.Element("Envelope")
    body = etree.SubElement(root, "Body")
    for row in rows:
        account = etree.SubElement(body, "item")
        for name, value in zip(_MEMBERS, row[1:], strict=True):
            etree.SubElement(account, name).text = str(value)
        for name, found in parts.items():
            listed = etree.SubElement(account, name)
            for values in found.get(row[0], ()):
                etree.SubElement(listed, "item").text = " ".join(map(str, values))
    return etree.tostring(root)
