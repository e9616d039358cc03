"""HTTP headers that keep an update from overwriting changes that others made since the record was read.

Servers and clients that do not know these headers ignore them. A server that compares sends ``COMPARES`` in each
answer; the client then sends, with an update, ``AS_READ`` with a fingerprint of each member of the record as it was
read. An absent member has the fingerprint of ``None``; members that the client does not know are not compared, so the
WSDLs of client and server may differ.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

AS_READ = "NGNPro-As-Read"
COMPARES = "NGNPro-Compares-Updates"
_HEADER = re.compile(r"[A-Za-z0-9_]{1,64}=[0-9a-f]{16}( [A-Za-z0-9_]{1,64}=[0-9a-f]{16}){0,99}")


def fingerprints_of_record(record: Mapping[str, Any]) -> str:
    """Return the header for a decoded record, in which absent members that the client knows are ``None``."""
    return " ".join(f"{name}={_fingerprint(value)}" for name, value in sorted(record.items()))


def differing_members(header: str, record: Mapping[str, Any]) -> list[str]:
    """Return the members of a record that differ from the header; raise ``ValueError`` for a malformed header."""
    if not _HEADER.fullmatch(header):
        raise ValueError("It is no list of members and fingerprints.")
    read = dict(pair.split("=") for pair in header.split(" "))
    return [name for name, fingerprint in read.items() if fingerprint != _fingerprint(record.get(name))]


def named_values(names: Iterable[str], entries: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return a record of those entries, each a name and a value, that have one of the names, ignoring case."""
    wanted = {name.strip().lower() for name in names}
    return {"properties": sorted([name, value] for name, value in entries if name.strip().lower() in wanted)}


def _fingerprint(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
