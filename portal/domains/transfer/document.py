"""The file of a domain: how records are written in it, and what is accepted of one (docs/export-format.md)."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from portal.core.forms import NOT_XML
from portal.core.sealing import SECRET_NAME
from portal.ngnpro.records import (
    AclEntry,
    CallDiversions,
    CustomerAccount,
    CustomerProperty,
    EnumMapping,
    EnumNumber,
    EnumRange,
    PersistentAcceptRule,
    PhonebookEntry,
    SipAccount,
    SipAccountProperty,
    SipAlias,
    SipDomain,
    VoicemailAccount,
    VoicemailOptions,
)
from portal.ngnpro.records.base import Record, shape_of

FORMAT, VERSION = "ngnpro-domain", 1
LARGEST = 16 * 1024 * 1024  # bytes of a file
MOST_OBJECTS = 400_000  # objects and lists of a file, by their brackets
MOST_VALUES = 2_000_000  # by their commas
MOST_RECORDS = 50_000  # of one kind
MOST_PARTS = 5_000  # entries of one list within a record
LONGEST = 70_000  # characters of one text
MOST = 2**31 - 1

Entry = dict[str, Any]

# What of each record is in the file; the rest is a key, an owner, a secret, or given by the server.
WRITTEN: Mapping[type[Record], tuple[str, ...]] = {
    SipDomain: ("certificate", "match_ip_address", "match_sip_domain", "verify_cert", "require_cert"),
    SipAccount: (
        *("first_name", "last_name", "timezone", "email", "rpid", "groups", "prepaid", "quota", "acl", "properties"),
        *("call_limit", "timeout", "quickdial_prefix", "region"),
    ),
    AclEntry: ("ip", "mask", "tag"),
    SipAccountProperty: ("name", "value", "category", "permission"),
    CallDiversions: ("func", "fnol", "fbus", "fnoa", "funv"),
    PersistentAcceptRule: ("days", "start", "stop", "groups"),
    PhonebookEntry: ("uri", "name", "group", "first_name", "last_name"),
    VoicemailAccount: ("name", "email", "options"),
    VoicemailOptions: ("delete",),
    SipAlias: (),
    EnumNumber: ("info", "mappings"),
    EnumMapping: ("type", "mapto", "priority", "ttl"),
    EnumRange: ("ttl", "info", "min_digits", "max_digits", "size", "nameservers"),
    CustomerProperty: ("name", "value", "category", "permission"),
    CustomerAccount: (
        *("reseller_active", "company_code", "first_name", "last_name", "organization", "tel", "fax", "sip", "enum"),
        *("mobile", "email", "web", "address", "postcode", "city", "state", "country", "timezone", "language"),
        *("vat_number", "bank_account", "billing_email", "billing_address", "properties"),
    ),
}
SECRETS: Mapping[type[Record], tuple[str, ...]] = {
    SipDomain: ("private_key",),
    SipAccount: ("password", "ha1", "ha1b"),
    VoicemailAccount: ("password",),
    CustomerAccount: ("password",),
}
SORTED = frozenset({"groups", "acl", "properties", "mappings"})


class Wrong(ValueError):
    """Says in a sentence, with the place, what of a file is not accepted."""


def entry_of(record: Record, *, secrets: bool = False) -> Entry:
    """Write a record as it is in the file, by its names on the wire; secrets only where they are asked for."""
    names = shape_of(type(record)).wire_names
    entry: Entry = {}
    for name in WRITTEN[type(record)]:
        value = getattr(record, name)
        if value is not None:
            entry[names[name]] = _plain(name, value, secrets)
    if secrets:
        entry |= {names[name]: value for name in SECRETS.get(type(record), ()) if (value := getattr(record, name))}
    return entry


def _plain(name: str, value: Any, secrets: bool) -> Any:
    if isinstance(value, Record):
        return entry_of(value, secrets=secrets)
    if not isinstance(value, tuple):
        return value
    kept = [one for one in value if secrets or name != "properties" or not SECRET_NAME.search(one.name)]
    items = [_plain("", one, secrets) for one in kept]
    return sorted(items, key=_order) if name in SORTED else items


def _order(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


_TYPES: dict[type[Record], Mapping[str, Any]] = {}


def _types(kind: type[Record]) -> Mapping[str, Any]:
    """Give the types of a record's fields; finding them out takes longer than checking an entry."""
    if kind not in _TYPES:
        _TYPES[kind] = typing.get_type_hints(kind)
    return _TYPES[kind]


def record_of(kind: type[Record], entry: Mapping[str, Any], **more: Any) -> Any:
    """Make a record of an entry that was checked; ``more`` are the fields that an entry says otherwise."""
    names, hints = shape_of(kind).wire_names, _types(kind)
    fields = (*WRITTEN[kind], *SECRETS.get(kind, ()))
    values = {name: _value(hints[name], entry[names[name]]) for name in fields if names[name] in entry}
    return kind(**{**values, **more})


def _value(hint: Any, value: Any) -> Any:
    if typing.get_origin(hint) is tuple:
        return tuple(_value(typing.get_args(hint)[0], item) for item in value)
    return record_of(hint, value) if hint in WRITTEN else value


def check_record(kind: type[Record], entry: Any, where: str, more: Mapping[str, Any], *, secrets: bool) -> None:
    """Check an entry of the file; ``more`` are members that the record itself does not have, each with its type."""
    names, hints = shape_of(kind).wire_names, _types(kind)
    known = {names[name]: hints[name] for name in WRITTEN[kind]}
    known |= {names[name]: hints[name] for name in SECRETS.get(kind, ()) if secrets}
    known |= more
    members = check_type(dict, entry, where)
    for name, value in members.items():
        if name not in known:
            _refuse(where, _("has a member “%(name)s” that this portal does not know.") % {"name": name[:60]})
        check_type(known[name], value, f"{where}.{name}", secrets=secrets)


def check_type(hint: Any, value: Any, where: str, *, secrets: bool = False) -> Any:
    """Check a value against a type such as ``str``, ``int``, ``tuple[str, ...]`` or a record's."""
    if typing.get_origin(hint) is tuple:
        items = value if isinstance(value, list) else _refuse(where, _("is not a list."))
        if len(items) > MOST_PARTS:
            _refuse(where, _("has more than %(most)s entries.") % {"most": MOST_PARTS})
        for number, item in enumerate(items):
            check_type(typing.get_args(hint)[0], item, f"{where}[{number}]", secrets=secrets)
    elif hint in WRITTEN:
        check_record(hint, value, where, {}, secrets=secrets)
    elif typing.get_args(hint):
        if value is not None:
            check_type(typing.get_args(hint)[0], value, where, secrets=secrets)
    elif not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        _refuse(where, _("is not %(kind)s.") % {"kind": _words(hint)})
    elif isinstance(value, str) and (len(value) > LONGEST or NOT_XML.search(value)):
        _refuse(where, _("is too long a text, or holds control characters."))
    elif isinstance(value, int) and not -MOST <= value <= MOST:
        _refuse(where, _("is too large a number."))
    return value


def _words(hint: Any) -> str:
    words = {str: _("a text"), int: _("a whole number"), bool: _("true or false"), dict: _("an object")}
    return words.get(hint, _("what is expected there"))


def _refuse(where: str, words: str) -> NoReturn:
    raise Wrong(f"{where} {words}")


def parse(data: bytes) -> Any:
    """Read JSON from somebody else's hands: no name twice in an object, no NaN, no nesting without end."""
    if len(data) > LARGEST:
        raise Wrong(_("The file is larger than %(megabytes)s MB.") % {"megabytes": LARGEST // 1024 // 1024})
    # Counted before anything is made of it: a small file of many empty lists would fill the memory.
    if data.count(b"{") + data.count(b"[") > MOST_OBJECTS or data.count(b",") > MOST_VALUES:
        raise Wrong(
            _("The file has too many entries: %(most)s objects and lists are the most.") % {"most": MOST_OBJECTS}
        )
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_without_twins, parse_constant=_no_number)
    except Wrong:
        raise
    except UnicodeDecodeError:
        raise Wrong(_("The file is not text in UTF-8.")) from None
    except RecursionError:
        raise Wrong(_("The file is nested too deeply to be a domain's.")) from None
    except ValueError as error:
        place = getattr(error, "lineno", 0)
        raise Wrong(_("The file is not JSON, or not whole: line %(line)s.") % {"line": place}) from None


def _without_twins(pairs: Iterable[tuple[str, Any]]) -> Entry:
    found: Entry = {}
    for name, value in pairs:
        if name in found:
            raise Wrong(_("The file has “%(name)s” twice in one object.") % {"name": name[:60]})
        found[name] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise Wrong(_("The file holds “%(text)s”, which is no number.") % {"text": text})
