"""The provider of a reseller: listed before the reseller is deleted, and deleted with them.

NGNPro may give the number of a deleted reseller to another one, whom the old provider must not sign in.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.dependents import Dependents
from portal.core.writes import Write
from portal.ngnpro.records import CustomerAccount

from .models import ResellerProvider


def list_stored(sender: object, record: object, engine: str, **__: Any) -> list[Dependents]:
    """Answer ``core.dependents.stored_here``."""
    if not isinstance(record, CustomerAccount):
        return []
    found = ResellerProvider.objects.filter(engine=servers.engine(engine).name, reseller=record.id)
    return [Dependents(found.count(), _("Provider for single sign-on"))]


def forget_deleted(sender: object, write: Write, **_: Any) -> None:
    """Delete the provider of a reseller who was deleted (``core.writes.ended``)."""
    customer = write.before
    if isinstance(customer, CustomerAccount) and write.after is None and write.finished and write.is_stored:
        engine = servers.engine(write.author.viewer.engine).name
        ResellerProvider.objects.filter(engine=engine, reseller=customer.id).delete()
