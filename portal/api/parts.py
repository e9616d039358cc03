"""The operations on parts of records, such as the diversions of an account: get, replace, delete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.core.file_entries import EntriesInFile, types_of
from portal.core.resources import Resource, require_declared
from portal.jobs.choices import Verb
from portal.jobs.objects.catalog import members_of_part
from portal.jobs.objects.values import from_json, object_of, to_json
from portal.journal.labels import label_of
from portal.ngnpro import errors
from portal.ngnpro.codec import from_wire
from portal.ngnpro.records import SipId
from portal.ngnpro.records.base import Record, shape_of
from portal.people.tokens.middleware import ApiRequest

from .asking import body_of, json_answer, require_right
from .problems import InvalidMembers, Problem
from .records import check_rights, check_unchanged, etag_of


def get_part(request: ApiRequest, resource: Resource, key: str) -> HttpResponse:
    """Return a part of a record as a whole."""
    require_right(request, resource.room, resource.edit_page)
    shown = shown_part(_find(request, resource, key))
    return json_answer(shown, ETag=etag_of(shown))


def put_part(request: ApiRequest, resource: Resource, key: str) -> HttpResponse:
    """Replace a part of a record; a part that the record does not have yet, such as a mailbox, is added."""
    require_right(request, resource.room, resource.edit_page, writes=True)
    body = body_of(request)
    now = _find(request, resource, key, missing_is_none=resource.add is not None)
    check_unchanged(request, shown_part(now) if now is not None else {}, body)
    wanted = _read(resource, key, body, now)
    check_rights(request, resource, Verb.ADD if now is None else Verb.CHANGE, now, wanted)
    with request.writes.change(now, wanted, **_about(resource, key)) as write:
        if now is None:
            stored = require_declared(resource.add)(request.ngnpro, wanted)
        else:
            stored = require_declared(resource.update)(request.ngnpro, key, wanted, now)
        write.stored = stored if isinstance(stored, Record) else None
    shown = shown_part(stored if isinstance(stored, Record) else _find(request, resource, key))
    return json_answer(shown, 201 if now is None else 200, ETag=etag_of(shown))


def delete_part(request: ApiRequest, resource: Resource, key: str) -> HttpResponse:
    """Delete a part of a record, such as a mailbox."""
    require_right(request, resource.room, "delete", writes=True)
    now = _find(request, resource, key)
    check_unchanged(request, shown_part(now), {})
    check_rights(request, resource, Verb.DELETE, now, None)
    with request.writes.change(now, None, **_about(resource, key)):
        require_declared(resource.delete)(request.ngnpro, now)
    return HttpResponse(status=204)


def shown_part(state: Any) -> dict[str, Any]:
    """Return a part as JSON has it, without secrets."""
    if isinstance(state, Record):
        return object_of(state)
    return {name: to_json(value) for name, value in state.items()}


def _find(request: ApiRequest, resource: Resource, key: str, *, missing_is_none: bool = False) -> Any:
    try:
        found = require_declared(resource.find)(request.ngnpro, key)
    except (ValueError, errors.Missing):
        found = None
    if found is None and not missing_is_none:
        raise Problem(404, _("There is no such record, or it is not yours."))
    return found


def _about(resource: Resource, key: str) -> dict[str, Any]:
    return {} if resource.key else {"about": (resource.name, key.lower()), "part": resource.part}


def _read(resource: Resource, key: str, body: Mapping[str, Any], now: Any) -> Any:
    """Return the part that a body describes, a record or a mapping of names to lists."""
    try:
        if resource.record is None:
            return _read_state(resource, body)
        return _read_record(resource, resource.record, key, body, now)
    except ValueError as error:
        where = str(error).strip("/")
        words = {"name": label_of(where.partition("/")[0]), "text": where}
        raise InvalidMembers([(where, _("%(name)s: “%(text)s” cannot be read.") % words)]) from error


def _read_record(resource: Resource, record: type[Record], key: str, body: Mapping[str, Any], now: Any) -> Any:
    names = shape_of(record).wire_names
    fixed = {wire for wire in names.values() if wire in resource.read_only or wire == "sipId"}
    members = {name: value for name, value in body.items() if name not in fixed}
    base = from_wire(record, {}) if now is None else now
    types = types_of(record)
    changed = {name: from_json(types[name], members[wire], wire) for name, wire in names.items() if wire in members}
    if unknown := sorted(set(members) - set(names.values())):
        raise InvalidMembers([(unknown[0], _("%(name)s: there is no such member.") % {"name": unknown[0]})])
    owner = {"sip_id": SipId.parse(key)} if "sip_id" in names and now is None else {}
    return replace(base, **changed, **owner) if now is not None else record(**{**_set(base), **changed, **owner})


def _set(record: Record) -> dict[str, Any]:
    return {name: getattr(record, name) for name in shape_of(type(record)).wire_names}


def _read_state(resource: Resource, body: Mapping[str, Any]) -> Mapping[str, Any]:
    types = members_of_part(resource)
    if set(body) != set(types):
        raise ValueError(next(iter(set(body) ^ set(types))))
    state = {name: from_json(kind, body[name], name) for name, kind in types.items()}
    if isinstance(resource.in_file, EntriesInFile):
        member, shape = resource.in_file.member, resource.in_file.shape
        return {member: tuple(shape.write(one) for one in state[member])}
    return state
