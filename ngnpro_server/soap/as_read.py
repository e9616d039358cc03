"""The refusal of updates of records that were changed since the client read them (``ngnpro_wire.as_read``).

The record is read in the transaction of the update, with the operation that clients use to read it, and encoded and
decoded, so that both sides compare the same data. The transaction is serializable: if another call changes the record
in between, the transactions collide, and the call in the collision is run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault
from ngnpro_wire.as_read import differing_members, named_values
from ngnpro_wire.codec import Request, decode_reply, encode_reply
from ngnpro_wire.facts.fault_codes import FaultCode
from ngnpro_wire.facts.filters import escape_filter
from ngnpro_wire.schema import Schema


@dataclass(frozen=True, slots=True)
class Reading:
    """The call with which clients read the record of an update.

    ``operation``: its name. ``arguments``: returns its arguments for those of the update. ``part``: returns the record
    from the arguments of the update and the answer. ``derived``: members that depend on other records, and that an
    update does not change.
    """

    operation: str
    arguments: Callable[[Record], Record]
    part: Callable[[Record, Any], Record | None] = lambda _given, found: found
    derived: frozenset[str] = frozenset()


def _listed(operation: str, rows: str, part: str, *derived: str, **members: str) -> Reading:
    """Return the reading of a record in a list; ``members`` maps each name in the filter to a member of the record."""

    def arguments(given: Record) -> Record:
        record = _only(given.get(part)) or {}
        wanted = {name: _literal(_member(record, path)) for name, path in members.items()}
        return {"query": {"filter": wanted, "range": {"start": 0, "count": 1}}}

    return Reading(operation, arguments, _first(rows), frozenset(derived))


def _only(value: Any) -> Any:
    """Return a record, or the only record of a list; refuse several, because the header is about one record."""
    if not isinstance(value, list):
        return value
    if len(value) != 1:
        raise Fault(FaultCode.REQUEST_MALFORMED, "The header that says how the record was read is about one record.")
    return value[0]


def _first(rows: str) -> Callable[[Record, Any], Record | None]:
    return lambda _given, found: next(iter((found or {}).get(rows) or ()), None)


def _single(operation: str, argument: str, part: str, member: str, *derived: str) -> Reading:
    def arguments(given: Record) -> Record:
        return {argument: (given.get(part) or {}).get(member)}

    return Reading(operation, arguments, derived=frozenset(derived))


def _of_account(operation: str, part: Callable[[Record, Any], Record | None] = lambda _given, found: found) -> Reading:
    return Reading(operation, lambda given: {"sipId": given.get("sipId")}, part)


def _texts(operation: str, member: str) -> Reading:
    """Return the reading of a list of texts as a record with one member."""
    return _of_account(operation, lambda _given, found: {member: found or []})


def _named_properties(given: Record, found: Any) -> Record:
    names = [entry.get("name") or "" for entry in given.get("properties") or ()]
    return named_values(names, [(entry.get("name") or "", entry.get("value") or "") for entry in found or ()])


def _phonebook_entry(given: Record) -> Record:
    match = {"uri": _literal((given.get("entry") or {}).get("uri"))}
    return {"sipId": given.get("sipId"), "match": match, "range": {"start": 0, "count": 1}}


def _member(record: Record, path: str) -> Any:
    value: Any = record
    for name in path.split("."):
        value = (value or {}).get(name)
    return value


def _literal(value: Any) -> Any:
    return escape_filter(value) if isinstance(value, str) else value


READINGS: Mapping[tuple[str, str], Reading] = {
    ("Sip", "updateDomain"): _listed("getDomains", "domains", "domain", domain="domain"),
    ("Sip", "updateAccount"): _single("getAccount", "sipId", "account", "id"),
    ("Sip", "updateAlias"): _single("getAlias", "id", "alias", "id"),
    ("Sip", "updateTrustedPeer"): _listed("getTrustedPeers", "peers", "peer", ip="ip"),
    ("Sip", "updateCarrier"): _listed("getCarriers", "carriers", "carrier", id="id"),
    ("Sip", "updateGateway"): _listed("getGateways", "gateways", "gateway", "carrier", id="id"),
    ("Sip", "updateGatewayRule"): _listed("getGatewayRules", "gateway_rules", "rule", "carrier", "gateway", id="id"),
    ("Sip", "updateRoutes"): _listed("getRoutes", "routes", "routes", "carrier", id="id"),
    ("Sip", "setCallDiversions"): _of_account("getCallDiversions"),
    ("Sip", "setAcceptRules"): _of_account("getAcceptRules", lambda _given, found: (found or {}).get("rules")),
    ("Sip", "setRejectMembers"): _texts("getRejectMembers", "members"),
    ("Sip", "setBarringPrefixes"): _texts("getBarringPrefixes", "prefixes"),
    ("Sip", "updatePhonebookEntry"): Reading("getPhonebookEntries", _phonebook_entry, _first("entries")),
    ("Enum", "updateRange"): _listed(
        "getRanges", "ranges", "range", "used", "serial", prefix="id.prefix", tld="id.tld"
    ),
    ("Enum", "updateNumber"): _single("getNumber", "enumId", "number", "id"),
    ("Dns", "updateZone"): _single("getZone", "zone", "zone", "name", "serial"),
    ("Dns", "updateRecord"): _single("getRecord", "recordId", "record", "id"),
    ("Dns", "updateFancyRecord"): _single("getFancyRecord", "recordId", "record", "id"),
    ("Customer", "updateAccount"): _single("getAccount", "id", "account", "id"),
    ("Customer", "setProperties"): Reading(
        "getProperties", lambda given: {"customer": given.get("customer")}, _named_properties
    ),
    ("Voicemail", "updateAccount"): _single("getAccount", "sipId", "account", "sipId"),
}


def require_as_read(
    schema: Schema, operations: Mapping[str, Operation], request: Request, call: Call, header: str
) -> None:
    """Raise RECORD_CHANGED if the record of an update differs from the one that the client read."""
    port = request.operation.port
    reading = READINGS[port, request.operation.name]
    read = schema.operation(port, reading.operation)
    answer = operations[reading.operation](call, **reading.arguments(request.arguments))
    found = reading.part(request.arguments, decode_reply(schema, read, encode_reply(schema, read, answer)))
    try:
        changed = [name for name in differing_members(header, found or {}) if name not in reading.derived]
    except ValueError as error:
        raise Fault(FaultCode.REQUEST_MALFORMED, f"The header that says how the record was read: {error}") from None
    if changed:
        text = f"Another client has changed this record since it was read: {', '.join(changed)[:200]}."
        raise Fault(FaultCode.RECORD_CHANGED, text)


def can_compare(request: Request) -> bool:
    """Return whether a call is an update whose record can be compared."""
    return (request.operation.port, request.operation.name) in READINGS
