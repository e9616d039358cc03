"""HTTP headers by which an update carries how the record was read, so that it does not overwrite other changes.

Both go as HTTP headers, which servers and clients that do not know them pass over. A server that compares says so in
each answer (``COMPARES``); the client then sends, with an update, a fingerprint of each member of the record
(``AS_READ``). A member that was absent is said to have been, and members that the client does not know are not
compared, so that WSDLs may differ.
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


def fingerprints(record: Mapping[str, Any]) -> str:
    """Write the header for a decoded record; absent members that the client knows are ``None``."""
    return " ".join(f"{name}={_fingerprint(value)}" for name, value in sorted(record.items()))


def differs(header: str, record: Mapping[str, Any]) -> list[str]:
    """Return the members in which a record differs from the header; ``ValueError`` for a malformed header."""
    if not _HEADER.fullmatch(header):
        raise ValueError("It is no list of members and fingerprints.")
    read = dict(pair.split("=") for pair in header.split(" "))
    return [name for name, fingerprint in read.items() if fingerprint != _fingerprint(record.get(name))]


def named_values(names: Iterable[str], entries: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return as a record what entries, each a name and a value, hold under these names, in any case of letters."""
    wanted = {name.strip().lower() for name in names}
    return {"properties": sorted([name, value] for name, value in entries if name.strip().lower() in wanted)}


def _fingerprint(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, default=repr)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
