"""Telling whoever imports a domain how it ended, by mail: a long import is one that nobody has to sit through."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, transaction
from django.urls import reverse

from portal.core.auth import Role, Viewer
from portal.core.service import service_ngnpro
from portal.mail.kinds import IMPORT_ENDED
from portal.mail.listening import is_sent
from portal.mail.outbox.services import queue
from portal.mail.text.brand import good_address
from portal.ngnpro import errors
from portal.operators.models import Operator

from .models import DomainImport
from .reading import DOMAIN
from .storing import ADDED, COMPLETED, DIFFERS, FAILED, MISSING, PARTLY, SAME

log = logging.getLogger(__name__)

# Each outcome is counted once: what a mail counts are all lines.
COUNTED = {
    "added": (ADDED, COMPLETED),
    "equal": (SAME,),
    "different": (DIFFERS,),
    "failed": (PARTLY, FAILED, MISSING),
}


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who is told: where his mail goes, how he is addressed, and whose mails he gets (0: the platform's)."""

    email: str
    name: str
    language: str = ""
    reseller: int = 0


def addressee_of(viewer: Viewer) -> Addressee | None:
    """Find whoever signed in, not for whom he acts; ``None`` if he has no address, or NGNPro cannot tell it."""
    found = _operator(viewer) if viewer.role is Role.OPERATOR else _customer(viewer)
    return found if found and good_address(found.email) else None


def _operator(viewer: Viewer) -> Addressee | None:
    operator = Operator.objects.filter(username=viewer.login).first()
    return Addressee(operator.email, str(operator)) if operator else None


def _customer(viewer: Viewer) -> Addressee | None:
    try:
        customer = service_ngnpro(viewer.engine).customers.get_account(viewer.customer)
    except errors.NgnproError as error:
        log.warning("Nobody is told that an import ended: %s", type(error).__name__)
        return None
    return Addressee(customer.email, customer.first_name or viewer.name, customer.language, customer.reseller)


def tell(kept: DomainImport, engine: str, to: Addressee) -> None:
    """Queue the mail of an import, once for each: trying all lines once more calls for no other.

    A mail that cannot be queued stops nobody: the lines are done.
    """
    try:
        with transaction.atomic():
            if is_sent(IMPORT_ENDED, engine, to.reseller):
                facts = {"name": to.name, "language": to.language, "reseller": to.reseller, **facts_of(kept)}
                queue(
                    IMPORT_ENDED,
                    kept.domain,
                    good_address(to.email),
                    engine,
                    reseller=to.reseller,
                    facts=facts,
                    key=f"import {kept.pk}",
                )
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", IMPORT_ENDED, type(error).__name__)


def facts_of(kept: DomainImport) -> dict[str, str | int | bool]:
    """Say which domain it was, how many lines ended how, and where that is told line by line."""
    outcomes = Counter(outcome for _kind, _key, outcome, _words in kept.results)
    return {
        "domain": kept.domain,
        **{name: sum(outcomes[outcome] for outcome in counted) for name, counted in COUNTED.items()},
        "stopped": any(kind == DOMAIN.name and outcome == FAILED for kind, _key, outcome, _words in kept.results),
        "url": settings.PORTAL_URL + reverse("domains:transfer:import-page", args=[kept.pk]),
    }
