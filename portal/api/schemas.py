"""The JSON Schemas of the OpenAPI document: of records, of their parts, and of errors, with examples."""

from __future__ import annotations

from typing import Any

from portal.core.file_entries import types_of
from portal.core.resources import Resource
from portal.jobs.columns import Member
from portal.jobs.objects.catalog import Kind, members_of_part
from portal.jobs.objects.values import item_of, schema_of
from portal.journal.labels import label_of
from portal.ngnpro.records.base import shape_of

# Examples of members by wire name, else by the type of the member.
EXAMPLES: dict[str, Any] = {
    "id": "ada@example.com",
    "firstName": "Ada",
    "lastName": "Byron",
    "email": "ada@example.com",
    "billingEmail": "billing@example.com",
    "timezone": "Europe/Amsterdam",
    "organization": "Harbour Clinic",
    "username": "harbour.clinic",
    "password": "correct-Horse-battery-7",
    "domain": "example.com",
    "target": "ada@example.com",
    "number": "31208005169",
    "tld": "e164.arpa",
    "prefix": "3120800",
    "rpid": "31208005169",
    "ip": "192.0.2.10",
    "name": "example.com",
    "zone": "example.com",
    "country": "NL",
    "language": "en",
    "tel": "+31208005169",
    "changeDate": "2026-01-31 12:00:00",
    "createDate": "2026-01-31 12:00:00",
    "groups": ["free-pstn"],
    "acl": [{"ip": "192.0.2.0", "mask": 24, "tag": "office"}],
    "mappings": [{"type": "sip", "mapto": "sip:ada@example.com", "priority": 10, "ttl": 3600}],
    "properties": {"note": "since 2020"},
}
BY_TYPE: dict[Any, Any] = {str: "", int: 0, float: 0.0, bool: False}


def example_of(member: Member, kind: Kind) -> Any:
    """Return an example of a member."""
    if member.wire == "id" and kind.resource.numbered:
        return 7
    if item_of(member.kind) is not None:
        return EXAMPLES.get(member.wire, [])
    return EXAMPLES.get(member.wire, BY_TYPE.get(member.kind, ""))


def schema_of_kind(kind: Kind) -> dict[str, Any]:
    """Return the schema of a record; the members that NGNPro sets are read-only, and secrets write-only."""
    members = {}
    for wire, member in kind.members.items():
        schema = schema_of(member.kind) | {"description": label_of(wire), "examples": [example_of(member, kind)]}
        if wire in kind.read_only:
            schema["readOnly"] = True
        if wire in kind.secrets:
            schema["writeOnly"] = True
        members[wire] = schema
    return {
        "type": "object",
        "title": str(kind.resource.label),
        "properties": members,
        "additionalProperties": False,
        "examples": [{wire: one["examples"][0] for wire, one in members.items() if not one.get("writeOnly")}],
    }


def body_schema_of_kind(kind: Kind, *, is_new: bool) -> dict[str, Any]:
    """Return the schema of what is sent to add or change a record; ``null`` stands for a value that is not set."""
    members = {
        wire: {**schema_of(member.kind), "description": label_of(wire)}
        for wire, member in kind.members.items()
        if wire not in kind.read_only
    }
    if is_new:
        needed = needed_of(kind)
    else:
        needed, members = [], {wire: {"anyOf": [schema, {"type": "null"}]} for wire, schema in members.items()}
    example = {wire: example_of(kind.members[wire], kind) for wire in (needed or list(members)[1:3])}
    return {"type": "object", "properties": members, "required": needed, "examples": [example]}


def needed_of(kind: Kind) -> list[str]:
    """Return the members without which a record cannot be added."""
    return _needed(kind.resource.record, kind) if kind.resource.record else []


def _needed(record: type[Any], kind: Kind) -> list[str]:
    names, types, known = shape_of(record).wire_names, types_of(record), shape_of(record).defaults
    found: list[str] = []
    for name, wire in names.items():
        if name in known or (wire == "id" and kind.resource.numbered):
            continue
        found += [wire] if wire in kind.members else _needed(types[name], kind)
    return found


def schema_of_part(resource: Resource) -> dict[str, Any]:
    """Return the schema of a part of a record."""
    if resource.record is not None:
        return schema_of(resource.record) | {"title": str(resource.label)}
    types = members_of_part(resource)
    members = {name: schema_of(kind) for name, kind in types.items()}
    return {
        "type": "object",
        "title": str(resource.label),
        "properties": members,
        "required": list(members),
        "additionalProperties": False,
    }


PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457): what happened, what is stored, and what to do next.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, in a sentence."},
        "next": {"type": "string", "description": "What to do next."},
        "stored": {"enum": ["nothing", "unknown"], "description": "What NGNPro has stored, if it gave no answer."},
        "code": {"type": "integer", "description": "NGNPro's fault code."},
        "reason": {"type": "string", "description": "NGNPro's own text."},
        "request": {"type": "string", "description": "The id of the request, as in the journal and in the log."},
        "scope": {"type": "string", "description": "The scope that the token lacks."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["field", "detail"],
            },
        },
        "dependents": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"label": {"type": "string"}, "count": {"type": ["integer", "null"]}},
                "required": ["label", "count"],
            },
        },
        "changes": {
            "type": "array",
            "description": "The members that the request would change in the record as it is now.",
            "items": {"type": "object", "properties": {"field": {"type": "string"}, "now": {}, "wanted": {}}},
        },
        "now": {"type": "object", "description": "The record as it is now."},
    },
    "required": ["type", "title", "status", "detail"],
    "examples": [
        {
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "This domain exists already.",
            "code": 1001,
            "errors": [{"field": "domain", "detail": "This domain exists already."}],
        }
    ],
}
