"""The operations on records, the same for all kinds: list, get, add, change, delete."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.core.customer_names import CustomerNames
from portal.core.dependents import Dependents
from portal.core.member_rights import as_allowed, why_forbidden
from portal.core.resources import Resource, require_declared
from portal.jobs.choices import Verb
from portal.jobs.objects.catalog import Kind
from portal.jobs.objects.reading import BodyReader, WrongMembers
from portal.jobs.planning import why_not_allowed
from portal.journal.values import changes_of
from portal.ngnpro import errors
from portal.ngnpro.records.base import Record
from portal.people.tokens.middleware import ApiRequest

from .asking import body_of, json_answer, require_right
from .filters import conditions_of
from .paging import read_page
from .problems import InvalidMembers, Problem

API_ROOT = "/api/v1"


def list_records(
    request: ApiRequest, kind: Kind, limit: int, cursor: str, fields: str, given: Mapping[str, Any]
) -> HttpResponse:
    """Return a page of the records that fit all conditions."""
    require_right(request, kind.room, "list")
    wanted = wanted_fields(kind.members, fields)
    page = read_page(request.ngnpro, kind, conditions_of(kind.resource, given), limit, cursor)
    items = [_chosen(kind.read(record), wanted) for record in page.items]
    return json_answer({"items": items, "total": page.total, "next": page.cursor or None})


def get_record(request: ApiRequest, kind: Kind, key: str, fields: str) -> HttpResponse:
    """Return one record, with an ``ETag`` of what is shown of it."""
    require_right(request, kind.room, "list")
    wanted = wanted_fields(kind.members, fields)
    shown = kind.read(find_record(request, kind.resource, key))
    return json_answer(_chosen(shown, wanted), ETag=etag_of(shown))


def add_record(request: ApiRequest, kind: Kind) -> HttpResponse:
    """Add a record, and return it as NGNPro has stored it."""
    require_right(request, kind.room, "add", writes=True)
    sent = _read(request, kind, body_of(request), None)
    record = as_allowed(request.viewer, None, kind.resource.added_again(sent))
    check_rights(request, kind.resource, Verb.ADD, None, record)
    with request.writes.change(None, record) as write:
        stored = require_declared(kind.resource.add)(request.ngnpro, record)
        write.stored = stored if isinstance(stored, Record) else None
    shown = kind.read(stored if isinstance(stored, Record) else record)
    key = kind.key_of(stored if isinstance(stored, Record) else record)
    where = f"{API_ROOT}/{kind.path}/{quote(key, safe='@')}"
    return json_answer(shown, 201, ETag=etag_of(shown), Location=where)


def change_record(request: ApiRequest, kind: Kind, key: str) -> HttpResponse:
    """Change the members that the request sends (RFC 7396), unless the record is not as ``If-Match`` says."""
    require_right(request, kind.room, kind.resource.edit_page, writes=True)
    body, now = body_of(request), find_record(request, kind.resource, key)
    shown = kind.read(now)
    check_unchanged(request, shown, body)
    sent = _read(request, kind, body, now)
    wanted = as_allowed(request.viewer, now, kind.resource.keep(now, sent))
    changes = changes_of(now, wanted, None, kind.resource.read_only)
    if not changes:
        return json_answer(shown, ETag=etag_of(shown))
    check_rights(request, kind.resource, Verb.CHANGE, now, wanted)
    with request.writes.change(now, wanted) as write:
        stored = require_declared(kind.resource.update)(request.ngnpro, key, wanted, now)
        write.stored = stored if isinstance(stored, Record) else None
    shown = kind.read(stored if isinstance(stored, Record) else find_record(request, kind.resource, key))
    return json_answer(shown, ETag=etag_of(shown))


def _read(request: ApiRequest, kind: Kind, body: Mapping[str, Any], now: Any | None) -> Any:
    try:
        return BodyReader(kind, CustomerNames(request.ngnpro, request.viewer)).read(body, now)
    except WrongMembers as wrong:
        raise InvalidMembers(wrong.found) from wrong


def delete_record(request: ApiRequest, kind: Kind, key: str, *, cascade: bool) -> HttpResponse:
    """Delete a record; what is deleted with it only with ``cascade``."""
    require_right(request, kind.room, "delete", writes=True)
    now = find_record(request, kind.resource, key)
    check_unchanged(request, kind.read(now), {})
    check_rights(request, kind.resource, Verb.DELETE, now, None)
    goes = _check_dependents(request, kind.resource, now, cascade=cascade)
    with request.writes.change(now, None, also_deleted=tuple((one.count or 0, one.label) for one in goes)):
        require_declared(kind.resource.delete)(request.ngnpro, now)
    return HttpResponse(status=204)


def find_record(request: ApiRequest, resource: Resource, key: str) -> Any:
    """Return a record by its key; raises ``Problem`` if it does not exist, or not for this viewer."""
    try:
        found = require_declared(resource.find)(request.ngnpro, key)
    except (ValueError, errors.Missing):
        found = None
    if found is None:
        raise Problem(404, _("There is no such record, or it is not yours."))
    return found


def check_rights(request: ApiRequest, resource: Resource, verb: Verb, before: Any, after: Any) -> None:
    """Raise ``Problem`` if the viewer may not make a change, as pages and imports refuse it."""
    changes = changes_of(before, after, None, resource.read_only)
    reason = why_not_allowed(request.viewer, resource, verb, changes) or why_forbidden(request.viewer, before, after)
    if reason:
        raise Problem(403, reason)


def etag_of(shown: Any) -> str:
    """Return the ``ETag`` of a state, a hash of what is shown of it."""
    text = json.dumps(shown, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def check_unchanged(request: ApiRequest, shown: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """Raise ``Problem`` if a state is not the one of ``If-Match``, with what the request would change in it now."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*" or etag_of(shown) in [one.strip() for one in given.split(",")]:
        return
    differs = {name: value for name, value in body.items() if shown.get(name) != value}
    diff = [
        {"field": name, "now": shown.get(name), "wanted": value} for name, value in differs.items() if name in shown
    ]
    words = _("It was changed since you read it. Nothing was changed now. Read it again, and decide.")
    raise Problem(412, words, changes=diff, now=dict(shown))


def wanted_fields(members: Iterable[str], fields: str) -> frozenset[str] | None:
    """Return the members that ``fields`` names, separated by commas; ``None`` for all. Raises ``Problem``."""
    named = frozenset(name.strip() for name in fields.split(",") if name.strip())
    if unknown := sorted(named - set(members)):
        raise Problem(422, _("fields: there is no member “%(name)s”.") % {"name": unknown[0]})
    return named or None


def _chosen(shown: dict[str, Any], wanted: frozenset[str] | None) -> dict[str, Any]:
    return shown if wanted is None else {name: value for name, value in shown.items() if name in wanted}


def _check_dependents(request: ApiRequest, resource: Resource, now: Any, *, cascade: bool) -> list[Dependents]:
    """Return what is deleted with a record; raises ``Problem`` if it is in use, or if more goes without ``cascade``."""
    using, hanging = (list(of(request.ngnpro, now)) for of in (resource.used_by, resource.hangs))
    if any(one.count is None for one in (*using, *hanging)):
        words = _("NGNPro did not say what depends on this record. Nothing was deleted. Try again later.")
        raise Problem(503, words, stored="nothing")
    if used := [one for one in using if one.count]:
        raise Problem(409, _("It is in use. Delete what uses it first."), dependents=_counted(used))
    goes = [one for one in hanging if one.count]
    if goes and not cascade:
        words = _("Other records would be deleted with it. To delete them as well, send cascade=true.")
        raise Problem(409, words, dependents=_counted(goes))
    return goes


def _counted(found: Iterable[Dependents]) -> list[dict[str, Any]]:
    return [{"label": str(one.label), "count": one.count} for one in found]
