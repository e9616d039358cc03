"""RatingPort: operations on rating profiles, which are those of an account, a domain or a customer.

The profiles name price lists of a rating engine; the prices of this server (``ngnpro_server.watch.rating``) do not
depend on them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import RowMapping

from ngnpro_server import access, values
from ngnpro_server.call import Call, Operation, Record
from ngnpro_server.faults import Fault, invalid
from ngnpro_server.members import Member, changed_members, read_members, write_members
from ngnpro_server.ports.sip.accounts import find_account
from ngnpro_server.ports.sip.domains import find_domain
from ngnpro_server.store import rating
from ngnpro_server.store.rating import CUSTOMER, DOMAIN, SUBSCRIBER
from ngnpro_wire.facts.fault_codes import FaultCode

_PROFILE = values.text(64)
_MEMBERS = (
    Member("profileWeekday", "weekday", _PROFILE),
    Member("profileWeekdayAlt", "weekday_alt", _PROFILE),
    Member("profileWeekend", "weekend", _PROFILE),
    Member("profileWeekendAlt", "weekend_alt", _PROFILE),
    Member("timezone", "timezone", values.timezone),
)
_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Entity:
    """Whose profiles they are, and the SIP domain to which it belongs; ``is_reseller`` for a reseller itself."""

    name: str
    domain: str = ""
    is_reseller: bool = False


def set_entity_profiles(call: Call, profiles: Record | None = None) -> None:
    """Replace the profiles of an entity; an empty profile for weekdays removes them (contract: RatingEntityProfiles).

    Raises RATING_MISSING if there is nothing to remove, NOT_PERMITTED or VALUE_INVALID.
    """
    record = profiles or {}
    entity = _find_entity(call, record.get("entity"), lock=True)
    before = rating.find_profiles(call.connection, entity.name)
    columns = read_members(_MEMBERS, record, adding=before is None)
    _check(call, entity, changed_members(_MEMBERS, before, columns))
    if not (columns if before is None else {**before, **columns})["weekday"].strip():
        _remove(call, entity)
        return
    columns |= {"domain": entity.domain, "change_date": call.now}
    rating.store_profiles(call.connection, entity.name, columns)


def delete_entity_profiles(call: Call, entity: str | None = None) -> None:
    """Remove the profiles of an entity. Raises RATING_MISSING if it has none."""
    found = _find_entity(call, entity, lock=True)
    _check(call, found, [member.wire for member in _MEMBERS])
    _remove(call, found)


def get_entity_profiles(call: Call, entity: str | None = None) -> Record:
    """Return the profiles of an entity. Raises RATING_MISSING if it has none."""
    found = _find_entity(call, entity)
    row = rating.find_profiles(call.connection, found.name)
    if row is None:
        raise _missing(found.name)
    return {"entity": found.name, **write_members(_MEMBERS, row)}


def _remove(call: Call, entity: Entity) -> None:
    if not rating.remove_profiles(call.connection, entity.name):
        raise _missing(entity.name)


def _check(call: Call, entity: Entity, changed: list[str]) -> None:
    """Raise NOT_PERMITTED unless the caller may change these members; what a reseller pays is the platform's."""
    access.check_members(call, "RatingEntityProfiles", changed)
    if entity.is_reseller and changed:
        access.require_administrator(call, "The rating profile of a reseller")


def _find_entity(call: Call, text: str | None, *, lock: bool = False) -> Entity:
    """Return an entity that the caller may see, in its normal form.

    Raises ACCOUNT_MISSING, DOMAIN_MISSING, CUSTOMER_MISSING, or VALUE_INVALID; RATING_MISSING for an empty text.
    """
    kind, _colon, name = (text or "").strip().partition("://")
    if not kind:
        raise _missing("")
    if kind == SUBSCRIBER:
        username, _at, domain = name.rpartition("@")
        row = find_account(call, {"username": username, "domain": domain}, lock=lock)
        return Entity(rating.entity_of(kind, f"{row['username']}@{row['domain']}"), row["domain"])
    if kind == DOMAIN:
        row = find_domain(call, name, lock=lock)
        return Entity(rating.entity_of(kind, row["domain"]), row["domain"])
    if kind == CUSTOMER and name.isascii() and name.isdecimal() and len(name) <= _MOST_DIGITS:
        found: RowMapping = access.known_customer(call, int(name), lock=lock)
        return Entity(rating.entity_of(kind, found["id"]), is_reseller=found["id"] == found["reseller_id"])
    raise invalid("entity", "subscriber://user@domain, domain://name or customer://id is expected.")


def _missing(entity: str) -> Fault:
    return Fault(FaultCode.RATING_MISSING, f"There are no rating profiles of {entity[:340] or 'no entity'}.")


OPERATIONS: dict[str, Operation] = {
    "setEntityProfiles": set_entity_profiles,
    "deleteEntityProfiles": delete_entity_profiles,
    "getEntityProfiles": get_entity_profiles,
}
