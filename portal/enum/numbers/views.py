"""Pages of the numbers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.views import AddView, DeleteView, DetailView, EditView, ListView, RecordView
from portal.enum.fields import country, doubt, written
from portal.ngnpro import Page, Query
from portal.ngnpro.records import EnumId, EnumNumber, EnumNumberFilter

from .forms import NumberEditForm, NumberFilterForm, NumberForm
from .tables import NumberTable
from .tasks import ask_dns, compare, domain_of, wanted


class NumberMixin(RecordView[EnumNumber]):
    """Finds the number that the URL names."""

    def get_record(self) -> EnumNumber:
        return self.ngnpro.enum.get_number(EnumId(**self.kwargs))


def detail_url(record: EnumNumber) -> str:
    return reverse("enum:numbers:detail", args=[record.id.number, record.id.tld])


class NumberList(ListView[EnumNumber]):
    template_name = "enum/numbers/list.html"
    title = gettext_lazy("Numbers")
    table_class = NumberTable
    filter_class = NumberFilterForm

    def fetch(self, query: Query[EnumNumberFilter]) -> Page[EnumNumber]:
        return self.ngnpro.enum.get_numbers(query)

    def owners(self, record: EnumNumber) -> tuple[int]:
        return (record.owner,)


class NumberDetail(NumberMixin, DetailView[EnumNumber]):
    """The number, where it leads, and its NAPTR records beside what DNS says when asked to look (``?dns=1``)."""

    template_name = "enum/numbers/detail.html"

    def more(self, record: EnumNumber) -> dict[str, Any]:
        self.names.prepare((record.owner, record.customer))
        should = wanted(record)
        found, problem = ask_dns(record) if self.request.GET.get("dns") else (None, "")
        return {
            "journal_key": f"{record.id.number}@{record.id.tld}",
            "title": written(record.id.number),
            "country": country(record.id.number),
            "owner": self.names.show(record.owner),
            "mappings": [
                (mapping, self.target_of(mapping.mapto))
                for mapping in sorted(record.mappings, key=lambda m: m.priority)
            ],
            "domain": domain_of(record),
            "should": compare(should, found),
            "found": compare(found, should) if found is not None else None,
            "problem": problem,
        }

    def target_of(self, mapto: str) -> str:
        """Name the account that a mapping leads to, for a link; empty for what is no SIP address."""
        return mapto.removeprefix("sip:") if mapto.startswith("sip:") and "@" in mapto else ""


class NumberAdd(AddView[EnumNumber]):
    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Add a number")
    button = gettext_lazy("Add number")
    form_class = NumberForm

    def initial(self) -> dict[str, Any]:
        target = self.request.GET.get("target", "")
        return {**super().initial(), **({"mapto_0": target} if target else {})}

    def submit(self, record: EnumNumber) -> EnumNumber | None:
        return self.ngnpro.enum.add_number(record)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s was added.") % {"number": written(record.id.number)})
        if odd := doubt(record.id.number):
            messages.info(self.request, odd)
        return HttpResponseRedirect(detail_url(record))


class NumberEdit(NumberMixin, EditView[EnumNumber]):
    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = NumberEditForm

    def submit(self, record: EnumNumber) -> EnumNumber | None:
        return self.ngnpro.enum.update_number(record)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s was saved.") % {"number": written(record.id.number)})
        return HttpResponseRedirect(detail_url(record))


class NumberDelete(NumberMixin, DeleteView[EnumNumber]):
    template_name = "enum/numbers/delete.html"

    def name_of(self, record: EnumNumber) -> str:
        return written(record.id.number)

    def delete(self, record: EnumNumber) -> None:
        self.ngnpro.enum.delete_number(record.id)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s is gone.") % {"number": written(record.id.number)})
        return HttpResponseRedirect(reverse("enum:numbers:list"))
