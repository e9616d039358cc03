"""Pages of the ranges room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.form_views import AddView, EditView
from portal.core.in_words import number_in_groups
from portal.core.views import DeleteView, DetailView, ListView
from portal.enum.coverage import bar_of, coverage_of, holes_of, next_free, numbers_of, shown_holes
from portal.enum.fields import region_of_number
from portal.enum.findings import findings_of_range, ranges_near
from portal.enum.ranges.forms import RangeTable
from portal.ngnpro.records import EnumRange

from .forms import RangeEditForm, RangeFilterForm, RangeForm
from .room import RANGES

SHOWN = 25


def detail_url(record: EnumRange) -> str:
    return reverse("enum:ranges:detail", args=[record.id.prefix, record.id.tld])


class RangeList(ListView[EnumRange]):
    resource = RANGES
    template_name = "enum/ranges/list.html"
    title = gettext_lazy("Number ranges")
    table_class = RangeTable
    filter_class = RangeFilterForm

    def owners(self, record: EnumRange) -> tuple[int, int]:
        return record.customer, record.reseller


class RangeDetail(DetailView[EnumRange]):
    resource = RANGES
    template_name = "enum/ranges/detail.html"

    def more(self, record: EnumRange) -> dict[str, Any]:
        self.names.prepare((record.customer, record.reseller))
        numbers = numbers_of(self.ngnpro, record)
        holes = holes_of(record, numbers)
        shown = shown_holes(holes)
        return {
            "journal_key": str(record.id),
            "title": number_in_groups(record.id.prefix),
            "country": region_of_number(record.id.prefix),
            "owner": self.names.show(record.customer),
            "findings": list(findings_of_range(record, ranges_near(self.ngnpro, record))),
            "coverage": coverage_of(record, numbers),
            "pattern": record.id.prefix.ljust(record.max_digits, "#"),
            "next": next_free(self.ngnpro, record, numbers),
            "holes": [(hole, number_in_groups(hole.first), number_in_groups(hole.last)) for hole in shown],
            "stretches": len(holes),
            "more_holes": len(holes) - len(shown),
            "bar": bar_of(record, numbers),
            "numbers": [(number, number_in_groups(number.id.number)) for number in numbers.items[:SHOWN]],
            "more": max(0, numbers.total - SHOWN),
        }


class RangeAdd(AddView[EnumRange]):
    resource = RANGES
    template_name = "enum/ranges/form.html"
    title = gettext_lazy("Add a number range")
    button = gettext_lazy("Add range")
    form_class = RangeForm

    def done(self, record: EnumRange) -> HttpResponse:
        messages.success(
            self.request, _("Range %(prefix)s was added.") % {"prefix": number_in_groups(record.id.prefix)}
        )
        return HttpResponseRedirect(detail_url(record))


class RangeEdit(EditView[EnumRange]):
    resource = RANGES
    template_name = "enum/ranges/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = RangeEditForm

    def done(self, record: EnumRange) -> HttpResponse:
        self.tell_saved(_("Range %(prefix)s was saved.") % {"prefix": number_in_groups(record.id.prefix)})
        return HttpResponseRedirect(detail_url(record))


class RangeDelete(DeleteView[EnumRange]):
    resource = RANGES
    template_name = "enum/ranges/delete.html"

    def name_of(self, record: EnumRange) -> str:
        return number_in_groups(record.id.prefix)

    def done(self, record: EnumRange) -> HttpResponse:
        messages.success(
            self.request, _("Range %(prefix)s was deleted.") % {"prefix": number_in_groups(record.id.prefix)}
        )
        return HttpResponseRedirect(reverse("enum:ranges:list"))
