"""Reads the logins of CDRTool, the table ``auth_user``, from a dump of its database or from the database itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pymysql

TABLE = "auth_user"
LARGEST_DUMP = 512 * 1024 * 1024
PORT = 3306

# what mysqldump writes, one token after the other; every alternative begins with another character
_TOKEN = re.compile(
    r"'(?P<text>(?:[^'\\]|\\.|'')*)'|`(?P<name>[^`]*)`|(?P<comment>--[^\n]*|\#[^\n]*)|(?P<word>[A-Za-z_0-9.+]+)|(?P<sign>.)",
    re.DOTALL,
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a"}
_UNESCAPE = re.compile(r"\\(.)|''", re.DOTALL)

Token = tuple[str, str]


class UnreadableLogins(Exception):
    """The dump or the database has no logins of CDRTool; the text says why."""


def read_dump(path: Path) -> list[dict[str, str]]:
    """Return the rows of ``auth_user`` in a dump that mysqldump wrote; each maps columns to texts, NULL to ``""``."""
    try:
        if path.stat().st_size > LARGEST_DUMP:
            raise UnreadableLogins(f"{path} is larger than {LARGEST_DUMP >> 20} MB. Dump only the table {TABLE}.")
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UnreadableLogins(f"{path} cannot be read: {error.strerror}.") from error
    rows = list(_rows(text))
    if not rows:
        raise UnreadableLogins(f"{path} has no rows of the table {TABLE}.")
    return rows


def read_database(url: str) -> list[dict[str, str]]:
    """Return the rows of ``auth_user`` of a MySQL or MariaDB database, ``mysql://user:password@host/cdrtool``."""
    parts = urlsplit(url)
    socket = dict(part.split("=", 1) for part in parts.query.split("&") if "=" in part).get("unix_socket")
    if parts.scheme not in ("mysql", "mariadb") or not parts.path.strip("/"):
        raise UnreadableLogins("The database is written as mysql://user:password@host/cdrtool.")
    try:
        connection = pymysql.connect(
            host=parts.hostname or "localhost",
            port=parts.port or PORT,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/"),
            unix_socket=unquote(socket) if socket else None,
            charset="utf8mb4",
            cursorclass=pymysql.cursors.DictCursor,
            connect_timeout=10,
        )
        with connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {TABLE} ORDER BY username")  # noqa: S608 - the name is a constant
            found = cursor.fetchall()
    except pymysql.MySQLError as error:
        raise UnreadableLogins(f"The logins cannot be read from {parts.hostname or 'the database'}: {error}") from error
    return [{name: "" if value is None else str(value) for name, value in row.items()} for row in found]


def _rows(text: str) -> Iterator[dict[str, str]]:
    """Yield the rows of all INSERT statements for the table, with the columns of its CREATE TABLE or their own."""
    columns: list[str] = []
    for statement in _statements(text):
        words = [value.upper() for kind, value in statement[:3] if kind == "word"]
        table = next((value for kind, value in statement[:8] if kind == "name" and value == TABLE), "")
        if not table:
            continue
        if words[:2] == ["CREATE", "TABLE"]:
            columns = list(_declared(statement))
        elif words[:2] == ["INSERT", "INTO"]:
            yield from _inserted(statement, columns)


def _statements(text: str) -> Iterator[list[Token]]:
    statement: list[Token] = []
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        value = found[kind]
        if (kind, value) == ("sign", ";"):
            yield statement
            statement = []
        elif kind != "comment" and not value.isspace():
            statement.append((kind, _UNESCAPE.sub(_plain, value) if kind == "text" else value))


def _plain(found: re.Match[str]) -> str:
    return "'" if found[1] is None else _ESCAPED.get(found[1], found[1])


def _declared(statement: list[Token]) -> Iterator[str]:
    """Yield the columns of CREATE TABLE: the names that begin an entry; keys begin with a word."""
    depth = 0
    for before, (kind, value) in pairwise(statement):
        depth += {"(": 1, ")": -1}.get(before[1], 0) if before[0] == "sign" else 0
        if depth == 1 and before in (("sign", "("), ("sign", ",")) and kind == "name":
            yield value


def _inserted(statement: list[Token], columns: list[str]) -> Iterator[dict[str, str]]:
    start = next((number for number, token in enumerate(statement) if token[1].upper() == "VALUES"), len(statement))
    named = [value for kind, value in statement[:start] if kind == "name" and value != TABLE]
    row: list[str] = []
    for kind, value in statement[start:]:
        if (kind, value) == ("sign", "("):
            row = []
        elif (kind, value) == ("sign", ")"):
            yield dict(zip(named or columns, row, strict=False))
        elif kind in ("text", "word"):
            row.append("" if kind == "word" and value.upper() == "NULL" else value)
