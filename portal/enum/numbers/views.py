"""Pages of the numbers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.access import may_open
from portal.core.forms import RecordForm
from portal.core.views import (
    AddView,
    DeleteView,
    DetailView,
    EditView,
    FormView,
    ListView,
    PortalView,
    RecordView,
)
from portal.enum.fields import country, doubt, written
from portal.ngnpro import Page, Query
from portal.ngnpro.records import EnumId, EnumNumber, EnumNumberFilter, SipId

from .forms import NumberAddForm, NumberEditForm, NumberFilterForm, NumberForm, NumberMoveForm
from .tables import NumberTable
from .targets import Back, behind, choices, lacks_caller_id, offered, show_as_caller_id, sip_target
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
            "behind": behind(self.ngnpro, record) if may_open(self.request.viewer, "accounts:detail") else None,
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
            "left": max((naptr.ttl for naptr in found), default=0) if found else 0,
        }

    def target_of(self, mapto: str) -> str:
        """Name the account that a mapping leads to, for a link; empty for what is no SIP address."""
        return mapto.removeprefix("sip:") if mapto.startswith("sip:") and "@" in mapto else ""


class NumberWrite(FormView[EnumNumber]):
    """What adding and editing a number have in common: a target without its scheme is completed, and that is said."""

    def save(self, form: RecordForm[EnumNumber], wanted: EnumNumber, **context: Any) -> HttpResponse:
        self.completed = form.completed if isinstance(form, NumberForm) else []
        return super().save(form, wanted, **context)

    def tell_completed(self) -> None:
        for target in self.completed:
            messages.info(self.request, _("A scheme was put in front: %(target)s.") % {"target": target})


class NumberAdd(NumberWrite, AddView[EnumNumber]):
    """A new number, in a range: the next free ones of the first ranges are offered."""

    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Add a number")
    button = gettext_lazy("Add number")
    form_class = NumberAddForm

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        target = request.GET.get("target", "")
        form = self.first_form(caller_id=bool(target) and lacks_caller_id(self.ngnpro, target))
        return self.show(form=form, offers=offered(self.ngnpro), target=target)

    def initial(self) -> dict[str, Any]:
        target = self.request.GET.get("target", "")
        return {"mapto_0": target} if target else {}

    def submit(self, record: EnumNumber) -> EnumNumber | None:
        return self.ngnpro.enum.add_number(record)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s was added.") % {"number": written(record.id.number)})
        self.tell_completed()
        if odd := doubt(record.id.number):
            messages.info(self.request, odd)
        if self.form.cleaned_data["caller_id"]:
            tell_caller_id(self, record, sip_target(record))
        return HttpResponseRedirect(detail_url(record))


class NumberEdit(NumberMixin, NumberWrite, EditView[EnumNumber]):
    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = NumberEditForm

    def make_form(self, **kwargs: Any) -> RecordForm[EnumNumber]:
        initial = kwargs.get("initial", {})
        if (target := self.request.GET.get("target")) and self.request.method == "GET":
            initial[f"mapto_{len(initial.get('mappings', ()))}"] = target
        return super().make_form(**kwargs)

    def submit(self, record: EnumNumber) -> EnumNumber | None:
        return self.ngnpro.enum.update_number(record)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s was saved.") % {"number": written(record.id.number)})
        self.tell_completed()
        return HttpResponseRedirect(detail_url(record))


class NumberMove(NumberMixin, EditView[EnumNumber]):
    """Gives a number to another account in one step, with its caller-ID if that is wanted."""

    template_name = "enum/numbers/move.html"
    title = gettext_lazy("Move")
    button = gettext_lazy("Move number")
    form_class = NumberMoveForm

    def make_form(self, **kwargs: Any) -> RecordForm[EnumNumber]:
        if account := self.request.GET.get("account"):
            kwargs["initial"] = {**kwargs.get("initial", {}), "account": account}
        return super().make_form(**kwargs)

    def save(self, form: RecordForm[EnumNumber], wanted: EnumNumber, **context: Any) -> HttpResponse:
        self.form = form
        return super().save(form, wanted, **context)

    def write(self, before: EnumNumber | None, wanted: EnumNumber) -> EnumNumber | None:
        self.ngnpro.sip.get_account(SipId.parse(self.form.cleaned_data["account"]))
        return super().write(before, wanted)

    def submit(self, record: EnumNumber) -> EnumNumber | None:
        return self.ngnpro.enum.update_number(record)

    def done(self, record: EnumNumber) -> HttpResponse:
        account = SipId.parse(self.form.cleaned_data["account"])
        words = {"number": written(record.id.number), "account": account}
        messages.success(self.request, _("Number %(number)s leads to %(account)s now.") % words)
        if self.form.cleaned_data["caller_id"]:
            tell_caller_id(self, record, account, sip_target(self.before) if self.before else None)
        return HttpResponseRedirect(detail_url(record))


def tell_caller_id(view: PortalView, record: EnumNumber, to: SipId | None, instead_of: SipId | None = None) -> None:
    """Make a number an account's caller-ID, and say what did not work."""
    for line in show_as_caller_id(view.ngnpro, view.request.writes, record.id.number, to, instead_of):
        messages.warning(view.request, line)


class NumberSuggest(PortalView):
    """Suggests accounts that begin with what is typed into a target, as options of a ``datalist``."""

    template_name = "enum/numbers/_suggestions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        name = next((name for name in request.GET if name == "account" or name.startswith("mapto_")), "")
        typed = request.GET.get(name, "").strip()[:320].removeprefix("sip:")
        accounts = choices(self.ngnpro, typed).items if len(typed) > 1 and ":" not in typed else ()
        return self.show(accounts=accounts, scheme="" if name == "account" else "sip:")


class NumberPick(PortalView):
    """Searches an account for a number's form, where there is no JavaScript to suggest one."""

    template_name = "enum/numbers/pick.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:320]
        found = choices(self.ngnpro, wanted) if wanted else None
        return self.show(found=found, wanted=wanted, back=Back.of(request.GET))


class NumberDelete(NumberMixin, DeleteView[EnumNumber]):
    template_name = "enum/numbers/delete.html"

    def name_of(self, record: EnumNumber) -> str:
        return written(record.id.number)

    def delete(self, record: EnumNumber) -> None:
        self.ngnpro.enum.delete_number(record.id)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(self.request, _("Number %(number)s was deleted.") % {"number": written(record.id.number)})
        return HttpResponseRedirect(reverse("enum:numbers:list"))
