"""The file of a platform after all checks that need no NGNPro: its lists, their members, and secrets in place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.core.fields import new_password
from portal.core.file_entries import PartInFile
from portal.ngnpro.records.base import SECRET_NAME

from .kinds import ListedKind, listed_kinds
from .parsing import Listed, UnreadablePlatform, parse_yaml

FORMAT = "ngnpro-platform 1"
GENERATE, ENVIRONMENT = "generate", "environment"
PASSWORD = "password"  # noqa: S105 - the name of a member


class _FromEnvironment(str):
    """A text that an environment variable holds."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PlatformEntry:
    """A record of the file: its line, and its members without the parts, which are in ``parts`` by part.

    ``generated`` is its new password, if the file asks for one.
    """

    line: int
    listed: ListedKind
    members: Mapping[str, Any]
    parts: Mapping[str, Mapping[str, Any]]
    generated: str = ""


def read_platform(data: bytes) -> dict[str, list[PlatformEntry]]:
    """Return the entries of a file by list, in the order in which records are stored; raises ``UnreadablePlatform``.

    Only lists that the file has are among them.
    """
    found = parse_yaml(data)
    if found.pop("format", None) != FORMAT:
        raise UnreadablePlatform(_("The file does not begin with “format: %(format)s”.") % {"format": FORMAT})
    known = listed_kinds()
    for name, items in found.items():
        words = {"name": name[:60], "known": ", ".join(known)}
        if name not in known:
            raise UnreadablePlatform(_("There is no list “%(name)s”. There are: %(known)s.") % words)
        if not isinstance(items, list | None.__class__):
            raise UnreadablePlatform(_("“%(name)s” is no list.") % words)
    return {name: list(_entries(listed, found[name] or ())) for name, listed in known.items() if name in found}


def kinds_of(found: Mapping[str, list[PlatformEntry]]) -> set[str]:
    """Return the kinds of the records and parts in a file, also of lists that are empty."""
    kinds = {listed_kinds()[name].resource.name for name in found}
    parts = {
        f"{one.listed.resource.name}/{part}" for entries in found.values() for one in entries for part in one.parts
    }
    return kinds | parts


def _entries(listed: ListedKind, items: Iterable[Listed]) -> Iterator[PlatformEntry]:
    seen: dict[str, int] = {}
    for item in items:
        if not isinstance(item.value, dict):
            raise _wrong(item.line, _("The entry is no mapping."))
        entry = _entry(listed, item.line, {name: _resolved(item.line, one) for name, one in item.value.items()})
        same = repr([entry.members.get(name) for name in listed.identity] or sorted(entry.members.items())).casefold()
        if same in seen:
            raise _wrong(item.line, _("Line %(line)s has the same record.") % {"line": seen[same]})
        seen[same] = item.line
        yield entry


def _entry(listed: ListedKind, line: int, found: dict[str, Any]) -> PlatformEntry:
    parts = {part.part: _members_of_part(declared, found) for part, declared in listed.parts}
    taken = {name for members in parts.values() for name in members}
    members = {name: value for name, value in found.items() if name not in taken}
    if unknown := sorted(set(members) - set(listed.members)):
        raise _wrong(line, _("There is no member “%(name)s” here.") % {"name": unknown[0][:60]})
    for name in listed.identity:
        if name not in members and name not in ("tld",):
            raise _wrong(line, _("The member “%(name)s” is missing.") % {"name": name})
    generated = ""
    if members.get(PASSWORD) == GENERATE and listed.resource.password_kind is not None:
        generated = new_password()
        members[PASSWORD] = _FromEnvironment(generated)
    _check_secrets(listed, line, members, parts)
    return PlatformEntry(line, listed, members, {name: one for name, one in parts.items() if one}, generated)


def _members_of_part(declared: Any, found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in declared.members if name in found}


def _check_secrets(
    listed: ListedKind, line: int, members: Mapping[str, Any], parts: Mapping[str, Mapping[str, Any]]
) -> None:
    """Raise ``UnreadablePlatform`` for a secret that the file itself contains."""
    values = [(name, value) for name, value in members.items() if name in listed.kind.secrets]
    values += [pair for one in members.values() if isinstance(one, dict) for pair in one.items() if _is_secret(pair[0])]
    for part, declared in listed.parts:
        secret = declared.shape.secret_members if isinstance(declared, PartInFile) and declared.shape else frozenset()
        for value in parts[part.part].values():
            values += [pair for pair in value.items() if pair[0] in secret] if isinstance(value, dict) else []
    for name, value in values:
        if isinstance(value, str) and value and not isinstance(value, _FromEnvironment):
            words = _("“%(name)s” is a secret. Write “%(name)s: {environment: NAME}” with the name of a variable.")
            raise _wrong(line, words % {"name": name})


def _is_secret(name: str) -> bool:
    return bool(SECRET_NAME.search(name))


def _resolved(line: int, value: Any) -> Any:
    """Return a value with the environment variables that it names."""
    if isinstance(value, list):
        return [_resolved(line, one) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) != {ENVIRONMENT}:
        return {name: _resolved(line, one) for name, one in value.items()}
    name = str(value[ENVIRONMENT])
    if not os.environ.get(name):
        raise _wrong(line, _("The environment variable “%(name)s” is not set.") % {"name": name[:60]})
    return _FromEnvironment(os.environ[name])


def _wrong(line: int, words: str) -> UnreadablePlatform:
    return UnreadablePlatform(_("Line %(line)s: %(words)s") % {"line": line, "words": words})
