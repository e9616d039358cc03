"""Records that entries of a platform's file name: customers by username, carriers and gateways by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow
from portal.core.customer_names import CUSTOMER_KIND
from portal.core.domain_files.entries import Owners
from portal.core.resources import Reference
from portal.jobs.choices import TROUBLED, UNFINISHED
from portal.jobs.images import image_of
from portal.jobs.models import Job, JobRow
from portal.ngnpro import Ngnpro

from .kinds import CUSTOMER_NUMBERS, USERNAME, ListedKind


class NamedRecords:
    """The numbers of the records that entries name; one that another row of the job adds has none yet."""

    def __init__(self, job: Job, ngnpro: Ngnpro) -> None:
        self._job = job
        self._ngnpro = ngnpro
        self._owners = Owners(ngnpro)
        self._numbers: dict[tuple[str, str], int] = {}
        self._rows: dict[str, dict[str, int]] = {}

    def resolve(self, listed: ListedKind, members: Mapping[str, Any], row: JobRow) -> tuple[dict[str, Any], str]:
        """Return the members of an entry with numbers in place of names, and what it has to wait for, in a sentence.

        Numbers that are not known yet are 0. Raises ``ConflictRow`` for a name that does not exist.
        """
        found, waits = dict(members), ""
        for name in CUSTOMER_NUMBERS & set(found):
            found[name], missing = self._customer(found[name], row)
            waits = waits or missing
            if found[name] is None:  # the record itself, which is not there yet
                del found[name]
        for reference in listed.references:
            if text := found.pop(reference.name, None):
                found[reference.number], missing = self._reference(reference, str(text), row)
                waits = waits or missing
        return found, waits

    def _customer(self, text: Any, row: JobRow) -> tuple[Any, str]:
        """Return the number of a customer by username; another text is left to be read as a name or a number."""
        if not isinstance(text, str) or not text:
            return text, ""
        if number := self._owners.number(text):
            return number, ""
        other = self._rows_by_name(CUSTOMER_KIND, USERNAME).get(_folded(text))
        if other == row.pk:
            return None, ""
        return (text, "") if other is None else (0, self._waiting(other, _("Customer"), text))

    def _reference(self, reference: Reference, name: str, row: JobRow) -> tuple[int, str]:
        known = (reference.name, _folded(name))
        if known not in self._numbers:
            found = [one.id for one in reference.find(self._ngnpro, name) if _folded(one.name) == known[1]]
            words = {"label": reference.label, "name": name}
            if len(found) > 1:
                raise ConflictRow(_("%(label)s: several have the name “%(name)s”. Write the number.") % words)
            if not found:
                other = self._rows_by_name(reference.name, "name").get(known[1])
                if other is None:
                    raise ConflictRow(_("%(label)s: there is none with the name “%(name)s”.") % words)
                return 0, self._waiting(other, str(reference.label), name)
            self._numbers[known] = found[0]
        return self._numbers[known], ""

    def _waiting(self, other: int, label: str, name: str) -> str:
        """Return that a row waits for another one; raises ``ConflictRow`` if that has failed."""
        state = JobRow.objects.values_list("state", flat=True).get(pk=other)
        words = {"label": label, "name": name}
        if state in TROUBLED or state not in UNFINISHED:
            raise ConflictRow(_("%(label)s: “%(name)s” could not be added.") % words)
        return _("%(label)s: “%(name)s” is added first.") % words

    def _rows_by_name(self, kind: str, member: str) -> dict[str, int]:
        """Map the names of the records of a kind in the file to their rows."""
        if kind not in self._rows:
            self._rows[kind] = {}
            for row in self._job.rows.filter(kind=kind).only("pk", "kind", "sealed").iterator():
                entry = (image_of(row.kind, row.sealed).item or {}).get("entry", {})
                self._rows[kind].setdefault(_folded(str(entry.get(member) or "")), row.pk)
        return self._rows[kind]


def _folded(name: str) -> str:
    return name.strip().casefold()
