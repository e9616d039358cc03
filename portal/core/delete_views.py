"""The base view of pages that delete a record: it lists what a deletion affects, and refuses while that is unknown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.core.faults import explain
from portal.core.registry import resource_for
from portal.core.resources import Hanging, declared
from portal.core.views import RecordView
from portal.ngnpro import errors
from portal.ngnpro.records.base import Record

R = TypeVar("R", bound=Record)


class DeleteView(RecordView[R]):
    """A page that lists what a deletion affects, and deletes the record by POST.

    If other records will be deleted too, the person has to type the record's name. A record that is still in use is not
    deleted, nor is one whose users or dependent records NGNPro could not count.
    """

    template_name = "core/delete.html"

    def name_of(self, record: R) -> str:
        return str(record)

    def users_of(self, record: R) -> Iterable[Hanging]:
        """List the records that have to be deleted first."""
        resource = resource_for(record)
        return resource.used_by(self.ngnpro, record) if resource else ()

    def consequences(self, record: R) -> Iterable[Hanging]:
        """List the records that will be deleted too."""
        resource = resource_for(record)
        return resource.hangs(self.ngnpro, record) if resource else ()

    def left_behind(self, record: R) -> Iterable[Hanging]:
        """List the records that refer to this one and are not deleted."""
        resource = resource_for(record)
        return resource.stays(self.ngnpro, record) if resource else ()

    def delete(self, record: R) -> None:
        declared(self.resource.delete)(self.ngnpro, record)

    def done(self, record: R) -> HttpResponse:
        raise TypeError(f"{type(self).__name__} has to say where it goes.")

    def page(self, record: R, status: int = 200, error: str = "") -> HttpResponse:
        using, hanging = list(self.users_of(record)), list(self.consequences(record))
        staying = list(self.left_behind(record))
        goes = [one for one in hanging if one.count]
        return self.show(
            status,
            record=record,
            name=self.name_of(record),
            used_by=[one for one in using if one.count],
            uncounted_use=[one.label for one in using if one.count is None],
            goes=goes,
            total=1 + sum(one.count or 0 for one in goes),
            stays=[one for one in staying if one.count],
            uncounted=[one.label for one in hanging if one.count is None],
            uncounted_stays=[one.label for one in staying if one.count is None],
            error=error,
        )

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self.page(self.get_record())

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        record = self.get_record()
        using, hanging = list(self.users_of(record)), list(self.consequences(record))
        if any(one.count is None for one in [*using, *hanging]):
            return self.page(record, 503)
        if any(one.count for one in using):
            return self.page(record, 422)
        goes = [one for one in hanging if one.count]
        if goes and request.POST.get("name", "").strip().casefold() != self.name_of(record).casefold():
            return self.page(record, 422, _("The name does not match. Nothing was deleted."))
        try:
            gone = tuple((one.count or 0, one.label) for one in goes)
            with self.request.writes.change(record, gone=gone, **self.of_whom()):
                self.delete(record)
        except errors.Refusal as refusal:
            return self.refused(record, refusal)
        return self.done(record)

    def refused(self, record: R, refusal: errors.Refusal) -> HttpResponse:
        return self.page(record, 422, explain(refusal).what)
