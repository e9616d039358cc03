"""The passwords that a job has made: they are stored encrypted, and given out once, as a file or as letters."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from portal.core.writes import Writes
from portal.mail.letters.paper import to_pdf
from portal.mail.letters.services import write_letter
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipId

from .choices import GENERATE, OWN_ACTIONS, RowState
from .images import Image, image_of
from .models import Job
from .planning import action_of

BATCH = 500
# In place of the values of a form, once the passwords of a job were given out.
TAKEN = "taken"
DONE = Q(state=RowState.DONE)
MOST_LETTERS = 200


def has_passwords(job: Job) -> bool:
    """Return whether the passwords of a job's accounts can still be given out: its job has ended, no one has yet."""
    makes = job.action == GENERATE or (job.action not in OWN_ACTIONS and action_of(job).makes_passwords)
    return makes and job.has_ended and bool(job.wish != TAKEN) and job.rows.filter(DONE).exists()


def has_letters(job: Job) -> bool:
    """Return whether the job has made no more passwords than fit into one file of letters."""
    return job.rows.filter(DONE, kind=job.kind).count() <= MOST_LETTERS


def take_passwords(job: Job) -> list[list[str]]:
    """Return the accounts with the passwords that a job has made, and delete these; empty the second time."""
    with transaction.atomic():
        if not Job.objects.filter(pk=job.pk).exclude(wish=TAKEN).update(wish=TAKEN):
            return []
        found = []
        for row in job.rows.filter(DONE, kind=job.kind).order_by("position").iterator(chunk_size=BATCH):
            image = image_of(row.kind, row.sealed)
            found.append([row.key, image.item["password"]])
            row.sealed = Image(image.before, image.after, {**image.item, "password": ""}).sealed()
            row.save(update_fields=["sealed"])
    return found


def take_letters(job: Job, ngnpro: Ngnpro, writes: Writes) -> bytes:
    """Return a PDF with a letter for each account, and delete the passwords; empty the second time.

    If a letter cannot be written, the passwords are kept: raises ``Unprintable``, or what NGNPro answered.
    """
    letters = []
    with_secrets = writes.author.viewer.may_see_passwords
    with transaction.atomic():
        for key, password in take_passwords(job):
            account = ngnpro.sip.get_account(SipId.parse(key))
            letters.append(write_letter(account, job.engine, password, with_secrets=with_secrets))
            writes.record_operation("printLetter", account)
        return to_pdf(letters) if letters else b""
