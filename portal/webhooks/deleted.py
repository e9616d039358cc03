"""The webhooks of a customer: listed before the customer is deleted, and deleted with them.

NGNPro may give the number of a deleted customer to another one, of whom the old webhooks must not be told.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from portal.core import servers
from portal.core.dependents import Dependents
from portal.core.writes import Write
from portal.ngnpro.records import CustomerAccount

from .models import Webhook


def list_stored(sender: object, record: object, engine: str, **__: Any) -> list[Dependents]:
    """Answer ``core.dependents.stored_here``."""
    if not isinstance(record, CustomerAccount):
        return []
    found = Webhook.objects.filter(engine=servers.engine(engine).name, customer=record.id)
    return [Dependents(found.count(), _("Webhooks"))]


def forget_deleted(sender: object, write: Write, **_: Any) -> None:
    """Delete the webhooks of a customer who was deleted (``core.writes.ended``)."""
    customer = write.before
    if isinstance(customer, CustomerAccount) and write.after is None and write.finished and write.is_stored:
        engine = servers.engine(write.author.viewer.engine).name
        Webhook.objects.filter(engine=engine, customer=customer.id).delete()
