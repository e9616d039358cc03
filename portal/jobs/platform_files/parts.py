"""Parts of records in a platform's file, such as a mailbox: reading them as texts, and what they change."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import replace
from types import NoneType
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow, SkipRow
from portal.core.file_entries import EntriesInFile, Entry, EntryShape, PartInFile
from portal.journal.labels import label_of
from portal.ngnpro.records.base import Record, shape_of

TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def wanted_part(declared: PartInFile | EntriesInFile, key: str, now: Any | None, said: Mapping[str, Any]) -> Any:
    """Return the part of a record as the file has it; what the file does not say about it stays.

    Raises ``ConflictRow`` for what cannot be read.
    """
    shapes = declared.shape.shapes if declared.shape else {}
    read = {name: _typed(declared.members[name], value, name, shapes) for name, value in said.items()}
    if isinstance(declared, EntriesInFile):
        return _entries(declared, now, read)
    present = {} if now is None else declared.write(now, False)
    if any(value is None and present.get(name) for name, value in read.items()):
        raise SkipRow(_("It is not deleted by a file. Delete it on its page."))
    merged = {name: _merged(present.get(name), value) for name, value in read.items()}
    made = declared.read(key, present | merged)
    if not isinstance(now, Record):
        return made if now is None else {**now, **made}
    before = declared.read(key, present)
    differs = [name for name in shape_of(type(now)).wire_names if getattr(made, name) != getattr(before, name)]
    return replace(now, **{name: getattr(made, name) for name in differs if name not in _secrets_of(declared, now)})


def _secrets_of(declared: PartInFile, now: Record) -> tuple[str, ...]:
    """Return the secrets of a part that exists: NGNPro need not return them, so they cannot be compared."""
    is_own = declared.shape is not None and declared.shape.record is type(now)
    return declared.shape.secrets if is_own and declared.shape else ()


def _entries(declared: EntriesInFile, now: Any | None, read: Mapping[str, Any]) -> Any:
    shape = declared.shape
    wanted = tuple(shape.write(shape.read(one)) for one in read[declared.member])
    present = () if now is None else now[declared.member]
    kept = [one for one in present if one in wanted]
    return {declared.member: (*kept, *(one for one in wanted if one not in kept))}


def _merged(present: Any, value: Any) -> Any:
    """Return a member as the file has it; of an object, what is left out stays, and equal lists keep their order."""
    if isinstance(present, dict) and isinstance(value, dict):
        return present | value
    if isinstance(present, list) and isinstance(value, list):
        return present if sorted(map(repr, present)) == sorted(map(repr, value)) else value
    return value


def _typed(kind: Any, value: Any, where: str, shapes: Mapping[type[Record], EntryShape]) -> Any:
    """Return texts of the file as values of a type; raises ``ConflictRow``."""
    try:
        if typing.get_origin(kind) is tuple:
            return [_typed(typing.get_args(kind)[0], one, where, shapes) for one in _as_list(value)]
        if NoneType in (options := typing.get_args(kind)):
            if value in (None, {}, ""):
                return None
            kind = next(one for one in options if one is not NoneType)
        return _object(shapes[kind], value, shapes) if kind in shapes else _plain(kind, value)
    except (ValueError, KeyError) as error:
        words = {"name": label_of(where), "text": value if isinstance(value, str) else error}
        raise ConflictRow(_("%(name)s: “%(text)s” cannot be read.") % words) from error


def _as_list(value: Any) -> list[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, list):
        raise ValueError(value)
    return value


def _object(shape: EntryShape, value: Any, shapes: Mapping[type[Record], EntryShape]) -> Entry:
    types = shape.types(secrets=True)
    if not isinstance(value, dict):
        raise ValueError(value)
    return {name: _typed(types[name], one, name, shapes) for name, one in value.items()}


def _plain(kind: Any, value: Any) -> Any:
    if isinstance(value, list | dict):
        raise ValueError(value)
    text = value or ""
    return TRUTHS[text.casefold()] if kind is bool else kind(text)
