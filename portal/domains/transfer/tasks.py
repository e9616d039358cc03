"""Importing a domain in steps: each does so many lines, keeps how they ended, and can be repeated after a failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.celery import app
from portal.core.access import may_open
from portal.core.auth import Viewer
from portal.core.sealing import seal, unseal
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro

from . import ending
from .document import Entry
from .models import KEEP, DomainImport
from .planning import Plan, Summary, summary
from .reading import DOMAIN, Document, read
from .storing import FAILED, Line, Store, is_reference, is_reseller, lines_of

STEP = 200  # lines at most
SECONDS = 5.0  # after which a step ends with the line that it is at
BUSY = timedelta(minutes=5)


def identity(viewer: Viewer) -> str:
    """Name a person with the rights that he has now: another person, or the same acting for another, is not he."""
    return f"{viewer.role} {viewer.login} {viewer.scope}"


def keep(viewer: Viewer, data: bytes) -> DomainImport:
    """Keep a file for its preview; ``Wrong`` says what is not accepted."""
    document = read(data)
    return DomainImport.objects.create(
        who=identity(viewer)[:800],
        domain=document.name,
        sealed=seal(data.decode("utf-8-sig")),
        total=len(lines_of(document)),
    )


def document_of(kept: DomainImport) -> Document:
    """Read the file that is kept, with all its checks."""
    return read(unseal(kept.sealed).encode())


def customers_to_add(viewer: Viewer) -> Callable[[Entry], bool]:
    """Say which customers of a file a viewer may add."""

    def may_add(entry: Entry) -> bool:
        page = "customers:add-reseller" if is_reseller(entry) else "customers:add"
        return not is_reference(entry) and may_open(viewer, page)

    return may_add


def preview(ngnpro: Ngnpro, viewer: Viewer, document: Document) -> Summary:
    """Find out what an import would do."""
    return Plan(ngnpro, document, customers_to_add(viewer)).summary()


def results_of(kept: DomainImport) -> Summary:
    """Sum up how the lines ended that were dealt with."""
    return summary(tuple(line) for line in kept.results)


def start_again(kept: DomainImport) -> None:
    """Forget how lines ended, so that all are looked at anew; what is there by now is passed over."""
    DomainImport.objects.filter(pk=kept.pk).update(results=[], started=True)


def step(kept: DomainImport, ngnpro: Ngnpro, viewer: Viewer, writes: Writes) -> None:
    """Do the next lines. An outage ends the step: what is done is kept, and the next step begins where it ended.

    When the last of several steps ends the import, its author is told by mail.
    """
    now = timezone.now()
    mine = DomainImport.objects.filter(pk=kept.pk, busy_until__lte=now)
    if not mine.update(busy_until=now + BUSY, started=True):
        return
    kept.refresh_from_db()
    document = document_of(kept)
    store = Store(ngnpro, writes, document, customers_to_add(viewer))
    lines = lines_of(document)
    until, begun_at = time.monotonic() + SECONDS, kept.done
    addressee = None
    try:
        for line in lines[begun_at : begun_at + STEP]:
            _do(kept, store, line, lines)
            if time.monotonic() > until:
                break
        if 0 < begun_at < kept.total and kept.is_finished:
            addressee = ending.addressee_of(viewer)
    finally:
        _note(kept, viewer, addressee)


def _note(kept: DomainImport, viewer: Viewer, addressee: ending.Addressee | None) -> None:
    """Keep how far an import has come, and tell of its end in the same transaction."""
    with transaction.atomic():
        DomainImport.objects.filter(pk=kept.pk).update(results=kept.results, busy_until=timezone.now())
        if addressee:
            ending.tell(kept, viewer.engine, addressee)


def _do(kept: DomainImport, store: Store, line: Line, lines: list[Line]) -> None:
    """Do one line; without its domain, the rest is not tried."""
    result = store.put(line)
    kept.results.append([line.kind.name, line.key, result.outcome, result.words])
    if line.kind is DOMAIN and result.outcome == FAILED:
        words = _("The domain itself could not be added.")
        kept.results += [[rest.kind.name, rest.key, FAILED, words] for rest in lines[kept.done :]]


@app.task
def clean_up() -> int:
    """Throw away files that somebody brought more than a day ago; returns how many."""
    gone, _by_kind = DomainImport.objects.filter(made__lt=timezone.now() - KEEP).delete()
    return gone
