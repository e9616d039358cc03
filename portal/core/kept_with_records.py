"""What the portal stores for a record of NGNPro: listed before the record is deleted, and deleted with it.

NGNPro may give the number of a deleted record to another one, which must not inherit any of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from portal.core import servers
from portal.core.dependents import Dependents, stored_here
from portal.core.writes import Write, ended
from portal.ngnpro.records.base import Record


def keep_with(record: type[Record], model: type[Model], owner: str, label: str | Promise = "") -> None:
    """Declare that the rows of a model belong to records of a kind and an NGNPro server (its field ``engine``).

    ``owner`` is the field with the number of the record. Without a ``label``, the rows are not listed.
    """
    kept, uid = _Kept(record, model, owner, label), f"kept with {record.__name__}: {model._meta.label}"
    if label:
        stored_here.connect(kept.list_stored, weak=False, dispatch_uid=uid)
    ended.connect(kept.forget_deleted, weak=False, dispatch_uid=uid)


@dataclass(frozen=True, slots=True)
class _Kept:
    """The rows of one model, and the receivers of the two signals."""

    record: type[Record]
    model: type[Model]
    owner: str
    label: str | Promise

    def list_stored(self, sender: object, record: object, engine: str, **_: Any) -> list[Dependents]:
        """Answer ``dependents.stored_here``."""
        is_owner = isinstance(record, self.record)
        return [Dependents(self._rows(record, engine).count(), str(self.label))] if is_owner else []

    def forget_deleted(self, sender: object, write: Write, **_: Any) -> None:
        """Delete the rows of a record that was deleted."""
        owner = write.before
        if isinstance(owner, self.record) and write.after is None and write.finished and write.is_stored:
            self._rows(owner, write.author.viewer.engine).delete()

    def _rows(self, owner: Any, engine: str) -> QuerySet[Model]:
        return self.model._default_manager.filter(**{"engine": servers.engine(engine).name, self.owner: owner.id})
