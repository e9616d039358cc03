"""The Rating port: by which price lists the calls of accounts are rated."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ..records.accounts import SipId
from ..records.network import RatingEntityProfiles
from .base import Port, or_none


def entity_of_account(sip_id: SipId) -> str:
    """Return the entity of an account."""
    return f"subscriber://{sip_id}"


def entity_of_domain(domain: str) -> str:
    """Return the entity of a domain, whose profiles are those of its accounts without own ones."""
    return f"domain://{domain}"


def entity_of_customer(customer: int) -> str:
    """Return the entity of a customer, whose profiles are those of their accounts without own ones."""
    return f"customer://{customer}"


class RatingPort(Port):
    """Calls of the Rating port (contract: ports.Rating)."""

    name = "Rating"

    def set_entity_profiles(self, profiles: RatingEntityProfiles) -> None:
        """Replace the rating profiles of an entity; the one for weekdays must not be empty."""
        look = partial(or_none, self.get_entity_profiles, profiles.entity)
        self._set("setEntityProfiles", profiles, look, profiles=profiles)

    def delete_entity_profiles(self, entity: str) -> None:
        """Remove the rating profiles of an entity; ``Missing`` if it has none."""
        self._delete("deleteEntityProfiles", partial(or_none, self.get_entity_profiles, entity), entity=entity)

    def get_entity_profiles(self, entity: str) -> RatingEntityProfiles:
        """Fetch the rating profiles of an entity; ``Missing`` if it has none."""
        found = self._read("getEntityProfiles", entity=entity) or {}
        return replace(self._record(RatingEntityProfiles, {"entity": entity, **found}), entity=entity)
