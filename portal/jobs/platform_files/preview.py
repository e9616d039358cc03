"""The plan of a platform's file in lines: ``+`` adds, ``~`` changes, ``-`` deletes, ``!`` cannot be done."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.jobs.choices import TO_WRITE, TROUBLED, Verb
from portal.jobs.models import Job, JobRow
from portal.journal.values import MemberChange

SIGNS = {Verb.ADD: "+", Verb.CHANGE: "~", Verb.DELETE: "-"}
MOST = 1000


def preview_lines(job: Job) -> Iterator[str]:
    """Iterate over the lines of a plan: what is to be written, and what cannot be."""
    shown = job.rows.filter(state__in=(*TO_WRITE, *TROUBLED)).order_by("phase", "position")
    for row in shown[:MOST].iterator():
        yield from _lines(row)
    if (more := shown.count() - MOST) > 0:
        yield _("and %(number)s more, on the page of the job") % {"number": more}


def _lines(row: JobRow) -> Iterator[str]:
    is_troubled = row.state in TROUBLED
    sign = "!" if is_troubled else SIGNS.get(Verb(row.verb), "?")
    name = row.key or next((str(change["after"]) for change in row.changes if change["after"]), "")
    where = _("(line %(line)s)") % {"line": row.line} if row.line else ""
    yield " ".join(filter(None, (sign, row.kind, name, where, row.reason)))
    if row.verb == Verb.CHANGE and not is_troubled:
        for change in (MemberChange(**one) for one in row.changes):
            values = "" if change.secret else f": {change.before!r} → {change.after!r}"
            yield f"    {change.field}{values}"
