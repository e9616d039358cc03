"""The passwords that a job has made: they are stored encrypted, and given out once, as a file, letters or links."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.core.bulk import HandOut
from portal.core.resources import require_declared
from portal.core.rooms import resource_of
from portal.core.sealing import unseal
from portal.core.writes import Writes
from portal.mail.letters.paper import to_pdf
from portal.mail.letters.services import write_letter
from portal.ngnpro import Ngnpro

from .choices import OWN_ACTIONS, RowState
from .images import Image, image_of
from .models import Job, JobRow
from .planning import action_of

BATCH = 500
# How many letters are in one file; the next file has the next ones.
MOST_LETTERS = 200


def passwords_left(job: Job) -> int:
    """Return how many passwords of a job can still be given out; 0 as long as it has not ended."""
    return _rows(job).count() if job.has_ended else 0


def _rows(job: Job) -> QuerySet[JobRow]:
    """Return the rows whose passwords were not given out yet, in order."""
    return job.rows.filter(state=RowState.DONE, has_password=True).order_by("position")


def take_passwords(job: Job, most: int | None = None) -> list[list[str]]:
    """Return the accounts with the passwords that a job has made, all or at most so many, and delete these."""
    with transaction.atomic():
        taken = (_take(row) for row in _rows(job)[:most].iterator(chunk_size=BATCH))
        return [found for found in taken if found]


def _take(row: JobRow) -> list[str]:
    """Return the key and the password of a row, and delete the password; empty if another request has taken it."""
    image = image_of(row.kind, row.sealed)
    sealed = without_password(image).sealed()
    is_ours = JobRow.objects.filter(pk=row.pk, has_password=True).update(sealed=sealed, has_password=False)
    return [row.key, image.item["password"]] if is_ours else []


def send_links(job: Job, rows: Sequence[JobRow]) -> None:
    """Send links to the passwords that rows have made, if the author of their job wants that, and delete these.

    The caller's transaction stores that the rows are done. Rows that another worker has taken over are left to it.
    """
    made = [row.pk for row in rows if row.has_password and row.state == RowState.DONE]
    if not made or job.action in OWN_ACTIONS:
        return
    send = action_of(job).send_password
    values: dict[str, Any] = json.loads(unseal(job.wish) or "{}")
    if send is None or values.get("hand_out") != HandOut.LINKS:
        return
    for row in JobRow.objects.filter(pk__in=made, state=RowState.DONE, has_password=True, claim=job.claim):
        after = image_of(row.kind, row.sealed).after
        if taken := _take(row):
            JobRow.objects.filter(pk=row.pk).update(reason=send(after, taken[1], job.engine))


def without_password(image: Image) -> Image:
    """Return an image without the password that its row has made."""
    return Image(image.before, image.after, {**image.item, "password": ""})


def take_letters(job: Job, ngnpro: Ngnpro, writes: Writes) -> bytes:
    """Return a PDF with letters for the next accounts, and delete their passwords; empty if none is left.

    If a letter cannot be written, the passwords are kept: raises ``Unprintable``, or what NGNPro answered. Accounts
    that were deleted meanwhile get no letter.
    """
    letters = []
    find = require_declared(resource_of(job.kind).find)
    with_secrets = writes.author.viewer.may_see_passwords
    with transaction.atomic():
        for key, password in take_passwords(job, MOST_LETTERS):
            account: Any = find(ngnpro, key)
            if account is not None:
                letters.append(write_letter(account, job.engine, password, with_secrets=with_secrets))
                writes.record_operation("printLetter", account)
        return to_pdf(letters) if letters else b""
