"""Rows of parts of a record, such as a mailbox of an account, wait for the row that adds the record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow
from portal.core.resources import Resource, require_declared
from portal.core.rooms import resource_of
from portal.ngnpro import Ngnpro

from .choices import UNFINISHED, RowState
from .models import Job, JobRow


def wait_for_record(ngnpro: Ngnpro, job: Job, row: JobRow, resource: Resource) -> None:
    """Let the row of a part wait for its record; raises ``ConflictRow`` if that neither exists nor is added."""
    of_record = job.rows.filter(kind=resource.name, key=row.key, phase__lt=row.phase)
    state = of_record.values_list("state", flat=True).first()
    if state in UNFINISHED:
        row.state = RowState.WAITING
        return
    find = require_declared(resource_of(resource.name).find)
    if state != RowState.DONE and find(ngnpro, row.key) is None:
        raise ConflictRow(_("The record that it belongs to does not exist."))
