"""Files in which CDRTool has exported domains, as the lists of this portal's own files.

Such a file has lists of records as NGNPro returned them; rooms declare in which list theirs are (``CdrtoolList``).
Owners are numbers, which are replaced by the usernames of the owners in the file: elsewhere they mean other customers.
An owner who is not in the file is written as ``#`` and the number, which is no one's username.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.file_entries import CdrtoolList, Entry, EntryShape, PartInFile
from portal.ngnpro.records.base import Record

from .lines import FileKind, domain_kind, file_kinds, owner_kind

TRUE = (True, 1, "1", "true", "True")
Shapes = Mapping[type[Record], EntryShape]


class InvalidFile(ValueError):
    """An error in an uploaded file; its text is a sentence with the place and the reason."""


def is_cdrtool_file(found: Any) -> bool:
    """Return whether parsed JSON is a file that CDRTool has exported."""
    listed = domain_kind().in_file.cdrtool
    return isinstance(found, dict) and listed is not None and listed.name in found


def cdrtool_lists(found: Mapping[str, Any]) -> dict[str, list[Entry]]:
    """Return the entries of all kinds; raises ``InvalidFile`` for what cannot be read."""
    usernames = _usernames(found)
    lists: dict[str, list[Entry]] = {}
    for name, kind in file_kinds().items():
        by_key = {kind.in_file.key_of(one).lower(): one for one in _entries(found, kind, usernames)}
        _add_parts(found, kind, by_key)
        lists[name] = list(by_key.values())
    return lists


def _usernames(found: Mapping[str, Any]) -> dict[str, str]:
    """Map the numbers of the owners in the file to their usernames."""
    listed = owner_kind().in_file.cdrtool
    items = _items(found, listed.name) if listed else []
    numbered = {str(one.get(listed.number) or ""): _key(listed, one) for one in items} if listed else {}
    return {number: username for number, username in numbered.items() if number and username}


def _entries(found: Mapping[str, Any], kind: FileKind, usernames: Mapping[str, str]) -> Iterator[Entry]:
    if (listed := kind.in_file.cdrtool) is not None:
        for number, item in enumerate(_items(found, listed.name)):
            yield _entry(kind, item, listed.keys, usernames, f"{listed.name}[{number}]")


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


def _key(listed: CdrtoolList, item: Mapping[str, Any]) -> str:
    """Return the key of the record that an item is, or belongs to."""
    return "@".join(_address(item.get(member)) for member in listed.keys.values())


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


def _add_parts(found: Mapping[str, Any], kind: FileKind, entries: Mapping[str, Entry]) -> None:
    """Add the parts of records that have a list of their own, such as mailboxes, to the entries of their records."""
    for _resource, part in kind.parts:
        if not isinstance(part, PartInFile) or part.cdrtool is None or part.shape is None:
            continue
        (member,) = part.members
        for number, item in enumerate(_items(found, part.cdrtool.name)):
            if (entry := entries.get(_key(part.cdrtool, item).lower())) is not None:
                entry[member] = _members(part.shape, kind.shapes, item, f"{part.cdrtool.name}[{number}]")
