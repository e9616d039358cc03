"""Reading the file of a domain: parsed and checked as a whole before anything is done with it."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.core.file_entries import Entry, EntryShape, FileRole
from portal.core.forms import NOT_XML
from portal.core.normal_forms import domain_name
from portal.ngnpro.records import SipId
from portal.ngnpro.records.base import Record

from .cdrtool import InvalidFile as InvalidFile
from .cdrtool import cdrtool_lists, is_cdrtool_file
from .lines import FileKind, FileLine, domain_kind, file_kinds

FORMAT, VERSION = "ngnpro-domain", 1
LARGEST = 16 * 1024 * 1024  # bytes of a file
MOST_OBJECTS = 400_000  # objects and lists of a file, by their brackets
MOST_VALUES = 2_000_000  # by their commas
MOST_RECORDS = 50_000  # of one kind
MOST_PARTS = 5_000  # entries of one list within a record
LONGEST = 70_000  # characters of one text
MOST = 2**31 - 1

Shapes = Mapping[type[Record], EntryShape]


@dataclass(frozen=True, slots=True)
class DomainFile:
    """A file after all checks; ``lines`` are its records in the order in which they can be stored.

    ``name`` is the domain, or the domains of a file that CDRTool has exported.
    """

    name: str
    passwords: bool
    lines: tuple[FileLine, ...]


def read_domain_file(data: bytes) -> DomainFile:
    """Parse and check a file; raises ``InvalidFile`` with the place and the reason."""
    found = parse_json(data)
    if is_cdrtool_file(found):
        return _checked_file(cdrtool_lists(found), passwords=True)
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise InvalidFile(_("This is not a domain's file: neither one of a portal like this one, nor one of CDRTool."))
    if found.get("version") != VERSION:
        raise InvalidFile(
            _("The file is of version %(theirs)s; this portal reads version %(ours)s.")
            % {"theirs": str(found.get("version"))[:20], "ours": VERSION}
        )
    if unknown := sorted(set(found) - {"format", "version", "passwords", *file_kinds()}):
        raise InvalidFile(
            _("The file has a part “%(name)s” that this portal does not know.") % {"name": unknown[0][:60]}
        )
    name = domain_kind().name
    return _checked_file(found | {name: [found.get(name)]}, passwords=found.get("passwords") is True)


def _checked_file(found: Mapping[str, Any], *, passwords: bool) -> DomainFile:
    """Check the lists of a file."""
    lists = {name: _read_list(kind, found.get(name), passwords) for name, kind in file_kinds().items()}
    names = {_checked_name(domain) for domain in lists[domain_kind().name]}
    for lines in lists.values():
        _check_addresses(lines, names)
    return DomainFile(", ".join(sorted(names)), passwords, tuple(line for lines in lists.values() for line in lines))


def _read_list(kind: FileKind, entries: Any, passwords: bool) -> list[FileLine]:
    """Check the entries of a kind; records that own themselves come first, since others may belong to them."""
    if not isinstance(entries, list) or len(entries) > MOST_RECORDS:
        raise InvalidFile(
            _("The file's “%(name)s” is not a list of at most %(most)s entries.")
            % {"name": kind.name, "most": MOST_RECORDS}
        )
    seen: set[str] = set()
    for number, entry in enumerate(entries):
        where = kind.name if kind.role is FileRole.DOMAIN else f"{kind.name}[{number}]"
        _check_entry(kind, entry, where, passwords)
        if (key := kind.in_file.key_of(entry).lower()) in seen:
            raise InvalidFile(_("%(where)s is a duplicate: %(key)s.") % {"where": where, "key": key[:200]})
        seen.add(key)
    return [FileLine(kind, entry) for entry in sorted(entries, key=lambda one: not kind.in_file.owns_itself(one))]


def _check_entry(kind: FileKind, entry: Any, where: str, passwords: bool) -> None:
    _check_members(kind.members(secrets=passwords), entry, where, kind.shapes, passwords)
    for name in kind.in_file.key:
        if not entry.get(name):
            raise InvalidFile(_("%(where)s has no “%(name)s”.") % {"where": where, "name": name})


def _checked_name(line: FileLine) -> str:
    where = f"{line.kind.name}.{next(iter(line.kind.in_file.key))}"
    try:
        stored = domain_name(line.key)
    except ValidationError as error:
        raise InvalidFile(f"{where}: {error.messages[0]}") from None
    if stored != line.key:
        raise InvalidFile(_("%(where)s is not written as it is stored: %(name)s.") % {"where": where, "name": stored})
    return stored


def _check_addresses(lines: list[FileLine], domains: set[str]) -> None:
    for number, line in enumerate(lines):
        for member, is_in_domain in line.kind.in_file.addresses.items():
            where = f"{line.kind.name}[{number}].{member}"
            address = _address(line.entry.get(member), where)
            if is_in_domain and address.domain not in domains:
                names = ", ".join(sorted(domains))
                raise InvalidFile(_("%(where)s is not in %(domain)s.") % {"where": where, "domain": names})


def _address(text: Any, where: str) -> SipId:
    try:
        return SipId.parse(text or "")
    except ValueError:
        raise InvalidFile(_("%(where)s is not an address of the form user@domain.") % {"where": where}) from None


def _check_members(known: Mapping[str, Any], entry: Any, where: str, shapes: Shapes, secrets: bool) -> None:
    """Check an object of the file; ``known`` maps the names that it may have to their types."""
    members: Entry = _check_value(dict, entry, where, shapes, secrets)
    for name, value in members.items():
        if name not in known:
            _refuse(where, _("has a member “%(name)s” that this portal does not know.") % {"name": name[:60]})
        _check_value(known[name], value, f"{where}.{name}", shapes, secrets)


def _check_value(kind: Any, value: Any, where: str, shapes: Shapes, secrets: bool) -> Any:
    """Check a value against a type such as ``str``, ``int | None``, ``tuple[str, ...]`` or that of a record."""
    if typing.get_origin(kind) is tuple:
        items = value if isinstance(value, list) else _refuse(where, _("is not a list."))
        if len(items) > MOST_PARTS:
            _refuse(where, _("has more than %(most)s entries.") % {"most": MOST_PARTS})
        for number, item in enumerate(items):
            _check_value(typing.get_args(kind)[0], item, f"{where}[{number}]", shapes, secrets)
    elif kind in shapes:
        _check_members(shapes[kind].types(secrets=secrets), value, where, shapes, secrets)
    elif typing.get_args(kind):
        if value is not None:
            _check_value(typing.get_args(kind)[0], value, where, shapes, secrets)
    else:
        _check_plain(kind, value, where)
    return value


def _check_plain(kind: Any, value: Any, where: str) -> None:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        _refuse(where, _("is not %(kind)s.") % {"kind": _words(kind)})
    elif isinstance(value, str) and (len(value) > LONGEST or NOT_XML.search(value)):
        _refuse(where, _("is too long, or contains control characters."))
    elif isinstance(value, int) and not -MOST <= value <= MOST:
        _refuse(where, _("is too large a number."))


def _words(kind: Any) -> str:
    words = {str: _("a text"), int: _("a whole number"), bool: _("true or false"), dict: _("an object")}
    return words.get(kind, _("what is expected there"))


def _refuse(where: str, words: str) -> NoReturn:
    raise InvalidFile(f"{where} {words}")


def parse_json(data: bytes) -> Any:
    """Parse untrusted JSON; duplicate names, NaN and excessive nesting are refused with ``InvalidFile``."""
    if len(data) > LARGEST:
        raise InvalidFile(_("The file is larger than %(megabytes)s MB.") % {"megabytes": LARGEST // 1024 // 1024})
    # Counted before parsing: a small file of many empty lists would fill the memory.
    if data.count(b"{") + data.count(b"[") > MOST_OBJECTS or data.count(b",") > MOST_VALUES:
        raise InvalidFile(
            _("The file has too many entries: %(most)s objects and lists are the most.") % {"most": MOST_OBJECTS}
        )
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_duplicates, parse_constant=_no_number)
    except InvalidFile:
        raise
    except UnicodeDecodeError:
        raise InvalidFile(_("The file is not text in UTF-8.")) from None
    except RecursionError:
        raise InvalidFile(_("The file is nested too deeply to be a domain's.")) from None
    except ValueError as error:
        place = getattr(error, "lineno", 0)
        raise InvalidFile(_("The file is not JSON, or not whole: line %(line)s.") % {"line": place}) from None


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> Entry:
    found: Entry = {}
    for name, value in pairs:
        if name in found:
            raise InvalidFile(_("The file has “%(name)s” twice in one object.") % {"name": name[:60]})
        found[name] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise InvalidFile(_("The file contains “%(text)s”, which is not a number.") % {"text": text})
