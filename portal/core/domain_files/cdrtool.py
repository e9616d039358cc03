"""Files in which CDRTool has exported domains, as the lists of this portal's own files.

Such a file has ``customers``, ``sip_domains``, ``sip_accounts`` and ``sip_aliases``, perhaps ``voicemail_accounts``, as
NGNPro returned them. Owners are numbers, which are replaced by the usernames of ``customers``: elsewhere they mean
other customers. An owner who is not in the file is written as ``#`` and the number, which is no one's username.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.file_entries import Entry, EntryShape
from portal.ngnpro.records.base import Record

from .lines import FileKind, file_kinds

# The lists, the kinds of their records here, and the members that identify these there.
LISTS: dict[str, tuple[str, Mapping[str, str]]] = {
    "customers": ("customers", {"username": "username"}),
    "sip_domains": ("domain", {"domain": "domain"}),
    "sip_accounts": ("accounts", {"address": "id"}),
    "sip_aliases": ("aliases", {"alias": "id", "target": "target"}),
}
MAILBOXES = "voicemail_accounts"
TRUE = (True, 1, "1", "true", "True")
Shapes = Mapping[type[Record], EntryShape]


class InvalidFile(ValueError):
    """An error in an uploaded file; its text is a sentence with the place and the reason."""


def is_cdrtool_file(found: Any) -> bool:
    """Return whether parsed JSON is a file that CDRTool has exported."""
    return isinstance(found, dict) and "sip_domains" in found


def cdrtool_lists(found: Mapping[str, Any]) -> dict[str, list[Entry]]:
    """Return the entries of all kinds; raises ``InvalidFile`` for what cannot be read."""
    usernames = {
        str(one.get("id")): str(one.get("username"))
        for one in _items(found, "customers")
        if one.get("id") and one.get("username")
    }
    lists: dict[str, list[Entry]] = {name: [] for name in file_kinds()}
    for name, (listed, keys) in LISTS.items():
        kind = file_kinds()[listed]
        for number, item in enumerate(_items(found, name)):
            lists[listed].append(_entry(kind, item, keys, usernames, f"{name}[{number}]"))
    for listed, entries in lists.items():
        by_key = {file_kinds()[listed].in_file.key_of(one).lower(): one for one in entries}
        lists[listed] = list(by_key.values())
    _add_mailboxes(found, {entry["address"]: entry for entry in lists["accounts"]})
    return lists


def _items(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return a list of objects; PHP writes some lists as objects, and empty ones as ``null``."""
    listed = found.get(name) or []
    items = list(listed.values()) if isinstance(listed, dict) else listed
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise InvalidFile(_("The file's “%(name)s” is not a list of records.") % {"name": name})
    return items


def _entry(
    kind: FileKind, item: Mapping[str, Any], keys: Mapping[str, str], usernames: Mapping[str, str], where: str
) -> Entry:
    """Return the entry of a record; members that a file of this portal does not have are left out."""
    entry = _members(kind.in_file.shape, kind.shapes, item, where)
    entry |= {name: _address(item.get(member)) for name, member in keys.items()}
    for name in kind.in_file.owners:
        number = str(item.get(name) or 0)
        entry[name] = usernames.get(number, f"#{number}") if number != "0" else None
    return entry


def _address(value: Any) -> str:
    """Return a key as text; an address is an object there."""
    if isinstance(value, dict):
        return f"{value.get('username', '')}@{value.get('domain', '')}".lower()
    return str(value or "").strip()


def _members(shape: EntryShape, shapes: Shapes, item: Mapping[str, Any], where: str) -> Entry:
    return {
        name: _typed(kind, item[name], shapes, f"{where}.{name}")
        for name, kind in shape.types(secrets=True).items()
        if item.get(name) is not None
    }


def _typed(kind: Any, value: Any, shapes: Shapes, where: str) -> Any:
    """Return a value in the type of its member: PHP writes truths as numbers, and some numbers as texts."""
    if typing.get_origin(kind) is tuple:
        items = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(items, list):
            raise InvalidFile(_("%(where)s is not a list.") % {"where": where})
        return [_typed(typing.get_args(kind)[0], one, shapes, where) for one in items]
    if kind in shapes:
        return _members(shapes[kind], shapes, value if isinstance(value, dict) else {}, where)
    if typing.get_args(kind):
        return _typed(typing.get_args(kind)[0], value, shapes, where)
    if kind is bool:
        return value in TRUE
    try:
        return kind(value or 0) if kind is int else str(value) if kind is str else value
    except (TypeError, ValueError):
        raise InvalidFile(_("%(where)s is not a whole number.") % {"where": where}) from None


def _add_mailboxes(found: Mapping[str, Any], accounts: Mapping[str, Entry]) -> None:
    """Add the mailboxes to the entries of their accounts."""
    kind = file_kinds()["accounts"]
    shape = next((part.shape for _resource, part in kind.parts if "mailbox" in part.members), None)
    if shape is None:
        return
    for number, item in enumerate(_items(found, MAILBOXES)):
        if (account := accounts.get(_address(item.get("sipId")))) is not None:
            account["mailbox"] = _members(shape, kind.shapes, item, f"{MAILBOXES}[{number}]")
