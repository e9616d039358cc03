"""Pages of the numbers room."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.access import may_open
from portal.core.form_views import AddView, EditView, FormView
from portal.core.forms import RecordForm
from portal.core.in_words import number_in_groups
from portal.core.unfinished import report_unfinished
from portal.core.views import DeleteView, DetailView, ListView, PortalView
from portal.enum.fields import number_warning, region_of_number
from portal.enum.findings import findings_of_number
from portal.enum.numbers.forms import NumberTable
from portal.enum.numbers.naptr import sip_target
from portal.ngnpro.records import EnumNumber, SipId

from .forms import NumberAddForm, NumberEditForm, NumberFilterForm, NumberForm, NumberMoveForm
from .naptr import dns_domain, mark_differences, naptr_records, query_dns
from .room import NUMBERS
from .services import (
    PickerReturn,
    account_at_target,
    account_of_number,
    find_accounts,
    offered_numbers,
    show_as_caller_id,
)


def detail_url(record: EnumNumber) -> str:
    return reverse("enum:numbers:detail", args=[record.id.number, record.id.tld])


class NumberList(ListView[EnumNumber]):
    resource = NUMBERS
    template_name = "enum/numbers/list.html"
    title = gettext_lazy("Numbers")
    table_class = NumberTable
    filter_class = NumberFilterForm

    def owners(self, record: EnumNumber) -> tuple[int]:
        return (record.owner,)


class NumberDetail(DetailView[EnumNumber]):
    """A number with its targets and NAPTR records, compared with those in DNS on demand (``?dns=1``)."""

    resource = NUMBERS
    template_name = "enum/numbers/detail.html"

    def more(self, record: EnumNumber) -> dict[str, Any]:
        self.names.prepare((record.owner, record.customer))
        should = naptr_records(record)
        found, problem = query_dns(record) if self.request.GET.get("dns") else (None, "")
        return {
            "journal_key": str(record.id),
            "title": number_in_groups(record.id.number),
            "behind": account_of_number(self.ngnpro, record)
            if may_open(self.request.viewer, "accounts:detail")
            else None,
            "country": region_of_number(record.id.number),
            "owner": self.names.show(record.owner),
            "findings": list(findings_of_number(record)),
            "mappings": [
                (mapping, self.target_of(mapping.mapto))
                for mapping in sorted(record.mappings, key=lambda m: m.priority)
            ],
            "domain": dns_domain(record),
            "should": mark_differences(should, found),
            "found": mark_differences(found, should) if found is not None else None,
            "problem": problem,
            "left": max((naptr.ttl for naptr in found), default=0) if found else 0,
        }

    def target_of(self, mapto: str) -> str:
        """Return the account that a mapping points to, for a link; empty unless it is a SIP address."""
        return mapto.removeprefix("sip:") if mapto.startswith("sip:") and "@" in mapto else ""


class NumberWrite(FormView[EnumNumber]):
    """Adds or edits a number; a target without a scheme gets one, and a message says so."""

    resource = NUMBERS

    def save(self, form: RecordForm[EnumNumber], wanted: EnumNumber, **context: Any) -> HttpResponse:
        self.completed = form.completed if isinstance(form, NumberForm) else []
        return super().save(form, wanted, **context)

    def report_completed(self) -> None:
        for target in self.completed:
            messages.info(self.request, _("A scheme was added in front: %(target)s.") % {"target": target})


class NumberAdd(NumberWrite, AddView[EnumNumber]):
    """Adds a number; the next free ones of the ranges that changed last are offered."""

    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Add a number")
    button = gettext_lazy("Add number")
    form_class = NumberAddForm

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        target = request.GET.get("target", "")
        account = account_at_target(self.ngnpro, target) if target else None
        known = {"caller_id": not account.rpid, "owner": account.owner or None} if account else {}
        form = self.first_form(**known)
        return self.show(form=form, offers=offered_numbers(self.ngnpro, account), target=target)

    def initial(self) -> dict[str, Any]:
        target = self.request.GET.get("target", "")
        return {"mapto_0": target} if target else {}

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(
            self.request, _("Number %(number)s was added.") % {"number": number_in_groups(record.id.number)}
        )
        self.report_completed()
        if odd := number_warning(record.id.number):
            messages.info(self.request, odd)
        if self.form.cleaned_data["caller_id"]:
            set_caller_id(self, record, sip_target(record))
        return HttpResponseRedirect(detail_url(record))


class NumberEdit(NumberWrite, EditView[EnumNumber]):
    template_name = "enum/numbers/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = NumberEditForm

    def make_form(self, **kwargs: Any) -> RecordForm[EnumNumber]:
        initial = kwargs.get("initial", {})
        if (target := self.request.GET.get("target")) and self.request.method == "GET":
            initial[f"mapto_{len(initial.get('mappings', ()))}"] = target
        return super().make_form(**kwargs)

    def done(self, record: EnumNumber) -> HttpResponse:
        self.tell_saved(_("Number %(number)s was saved.") % {"number": number_in_groups(record.id.number)})
        self.report_completed()
        return HttpResponseRedirect(detail_url(record))


class NumberMove(EditView[EnumNumber]):
    """Moves a number to another account in one step, with the caller-ID on demand."""

    resource = NUMBERS
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

    def done(self, record: EnumNumber) -> HttpResponse:
        account = SipId.parse(self.form.cleaned_data["account"])
        words = {"number": number_in_groups(record.id.number), "account": account}
        messages.success(self.request, _("Number %(number)s points to %(account)s now.") % words)
        if self.form.cleaned_data["caller_id"]:
            set_caller_id(self, record, account, sip_target(self.before) if self.before else None)
        return HttpResponseRedirect(detail_url(record))


def set_caller_id(view: PortalView, record: EnumNumber, to: SipId | None, instead_of: SipId | None = None) -> None:
    """Make a number the caller-ID of an account; if that fails, say what is stored, and where to finish."""
    failed = dict(show_as_caller_id(view.ngnpro, view.request.writes, record.id.number, to, instead_of))
    if failed:
        ways = [(_("Edit %(address)s") % {"address": one}, "accounts:edit", (str(one),)) for one in failed]
        report_unfinished(view.request, " ".join(failed.values()), ways)


class NumberSuggest(PortalView):
    """Suggests accounts that begin with what is typed into a target, as options of a ``datalist``."""

    template_name = "enum/numbers/_suggestions.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        name = next((name for name in request.GET if name == "account" or name.startswith("mapto_")), "")
        typed = request.GET.get(name, "").strip()[:320].removeprefix("sip:")
        accounts = find_accounts(self.ngnpro, typed).items if len(typed) > 1 and ":" not in typed else ()
        return self.show(accounts=accounts, scheme="" if name == "account" else "sip:")


class NumberPick(PortalView):
    """Searches for an account for the form of a number, for browsers without JavaScript."""

    template_name = "enum/numbers/pick.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("q", "").strip()[:320]
        found = find_accounts(self.ngnpro, wanted) if wanted else None
        return self.show(found=found, wanted=wanted, back=PickerReturn.of(request.GET))


class NumberDelete(DeleteView[EnumNumber]):
    resource = NUMBERS
    template_name = "enum/numbers/delete.html"

    def name_of(self, record: EnumNumber) -> str:
        return number_in_groups(record.id.number)

    def done(self, record: EnumNumber) -> HttpResponse:
        messages.success(
            self.request, _("Number %(number)s was deleted.") % {"number": number_in_groups(record.id.number)}
        )
        return HttpResponseRedirect(reverse("enum:numbers:list"))
