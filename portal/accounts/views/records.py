"""Pages for listing, showing, adding, editing and deleting accounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.beside import LAST_CALL, ONE_BY_ONE, BesideAccounts, fetch_beside
from portal.accounts.by_state import AccountsInState, StateFilter, find_in_state
from portal.accounts.calls.log import CallLine
from portal.accounts.choices import NEXT, Inherited, who_blocked
from portal.accounts.forms.account import AccountEditForm, AccountFilterForm
from portal.accounts.forms.adding import AccountAddForm
from portal.accounts.latest import begin_latest
from portal.accounts.pages import AccountMixin
from portal.accounts.services.adding import AddedAccount, add_whole, with_next_number
from portal.accounts.services.inheriting import find_inherited, ranges_for, with_inherited
from portal.accounts.status import (
    POINTING,
    Unknown,
    begin_pointing,
    begin_spending,
    begin_standing,
    diversions_in_words,
    fetch_or_unknown,
    verdict_of,
    verdict_sentence,
)
from portal.accounts.tables import AccountTable, caller_id, group_badges
from portal.core.access import may_open
from portal.core.at_once import Together
from portal.core.error_pages import explain_error
from portal.core.form_views import AddView, EditView
from portal.core.forms import RecordForm
from portal.core.in_words import language_in_words, zone_with_offset
from portal.core.leading import tell_still_leading
from portal.core.sealing import hold_secret, keep_secret_once, take_secret
from portal.core.sip_accounts import why_not_unblock
from portal.core.tables import Action
from portal.core.unfinished import Way, report_unfinished
from portal.core.views import DeleteView, DetailView, ListView
from portal.mail.kinds.account_information import wanted_information
from portal.mail.letters import services as letters
from portal.mail.outbox.held import WantedMail
from portal.ngnpro import OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.leftovers import delete_account
from portal.ngnpro.records import EnumRange, EnumRangeFilter, SipAccount, SipFilter, VoicemailAccount

MOST_RANGES = Range(0, 100)
ONCE = {"password": "password", "pin": "PIN"}  # what the page after adding shows once, by its name in the template


class AccountList(ListView[SipAccount]):
    template_name = "accounts/list.html"
    title = gettext_lazy("Accounts")
    table_class = AccountTable
    filter_class = AccountFilterForm
    bulk = (Action("mail:send:accounts", gettext_lazy("Send details"), "mail"),)

    def fetch(self, query: Query[SipFilter]) -> RecordPage[SipAccount]:
        if not isinstance(query.filter, StateFilter):
            return self.ngnpro.sip.get_accounts(query)
        return self.in_state(query.filter, query.order_by).page(query.range)

    def in_state(self, conditions: StateFilter, order_by: OrderBy | None = None) -> AccountsInState:
        """Return the accounts in a state; they are looked for once for a page or spreadsheet, not for each part."""
        asked = conditions, order_by
        if self.looked is None or self.looked[0] != asked:
            self.looked = asked, find_in_state(self.ngnpro, conditions, order_by)
        return self.looked[1]

    looked: tuple[tuple[StateFilter, OrderBy | None], AccountsInState] | None = None

    @property
    def partial(self) -> AccountsInState | None:
        """Return what was looked at if that was not all, so that the page says so."""
        return self.looked[1] if self.looked and self.looked[1].is_partial else None

    def keys_of_all(self, conditions: Any) -> list[str] | None:
        if not isinstance(conditions, StateFilter):
            return None
        return [str(account.id) for account in self.in_state(conditions).found]

    def owners(self, record: SipAccount) -> tuple[int]:
        return (record.owner,)

    def beside(self, page: RecordPage[SipAccount]) -> BesideAccounts:
        wanted = frozenset(name for name in ONE_BY_ONE if self.has_column(name))
        if not self.request.viewer.may_see_calls:
            wanted -= {LAST_CALL}
        return fetch_beside(self.ngnpro, page.items, wanted)


class AccountDetail(AccountMixin, DetailView[SipAccount]):
    template_name = "accounts/detail.html"
    has_glance = False

    def more(self, record: SipAccount) -> dict[str, Any]:
        start = {f"{name}_from": self.start(name) for name in ("numbers", "aliases")}
        together = Together(self.ngnpro)
        asked = begin_standing(together, record)
        asked_pointing, asked_calls = begin_pointing(together, record, **start), self.begin_calls(together, record)
        asked_spent = self.begin_spent(together, record)
        self.names.prepare((record.owner, record.customer))
        standing, pointing = asked(), asked_pointing()
        found = verdict_of(record, standing)
        return {
            "owner": self.names.show(record.owner),
            "state": found.state,
            "verdict": verdict_sentence(record, found),
            "standing": standing,
            "pointing": pointing,
            "calls": asked_calls(),
            "spent": asked_spent(),
            "forwarding": diversions_in_words(standing, record),
            "groups": group_badges(record.groups),
            "caller_id": caller_id(record.rpid),
            "language": language_in_words(record.get_property("language")),
            "time_zone": zone_with_offset(record.timezone),
            "has_web_password": bool(record.get_property("web_password")),
            "blocker": who_blocked(record),
            "numbers": self.slice("numbers", pointing.numbers),
            "aliases": self.slice("aliases", pointing.aliases),
        }

    def begin_calls(self, together: Together, record: SipAccount) -> Callable[[], tuple[CallLine, ...] | Unknown]:
        """Begin to fetch the latest calls, if the viewer may see call data."""
        if not self.request.viewer.may_see_calls:
            return lambda: Unknown(_("You may not see call data."))
        return begin_latest(together, record)

    def begin_spent(self, together: Together, record: SipAccount) -> Callable[[], float | Unknown | None]:
        """Begin to fetch the costs of the month; ``None`` for prepaid accounts, and if the viewer may not see calls."""
        if record.prepaid or not self.request.viewer.may_see_calls:
            return lambda: None
        return begin_spending(together, record)

    def start(self, name: str) -> int:
        """Return the offset in the list of numbers or aliases from the URL; 0 if it is invalid."""
        start = self.request.GET.get(name, "")
        return int(start) if start.isascii() and start.isdecimal() and len(start) < 8 else 0

    def slice(self, name: str, found: RecordPage[Any] | Unknown) -> ListSlice:
        """Return the shown part of the list of numbers or aliases, with URLs of the previous and next part."""
        start, total = self.start(name), 0 if isinstance(found, Unknown) else found.total
        before, after = max(0, start - POINTING), start + POINTING
        query = self.request.GET.copy()
        urls = []
        for place in (before if start else None, after if after < total else None):
            query[name] = str(place)
            urls.append(f"?{query.urlencode()}" if place is not None else "")
        return ListSlice(start + 1, min(after, total), total, *urls)


@dataclass(frozen=True, slots=True)
class ListSlice:
    """The shown part of a list: first and last position, total, and URLs of the previous and next part."""

    first: int
    last: int
    total: int
    previous_url: str
    next_url: str


class AccountAdd(AddView[SipAccount]):
    template_name = "accounts/form.html"
    title = gettext_lazy("Add an account")
    button = gettext_lazy("Add account")
    form_class = AccountAddForm
    form: AccountAddForm

    @cached_property
    def ranges(self) -> tuple[EnumRange, ...]:
        """Return the number ranges to offer; none if NGNPro refuses or fails, so that the form is still shown."""
        if not may_open(self.request.viewer, "enum:numbers:add"):
            return ()
        query = Query[EnumRangeFilter](order_by=OrderBy("prefix"), range=MOST_RANGES)
        page = fetch_or_unknown(lambda: self.ngnpro.enum.get_ranges(query))
        return () if isinstance(page, Unknown) else page.items

    def make_form(self, **kwargs: Any) -> RecordForm[SipAccount]:
        form = super().make_form(**kwargs)
        if isinstance(form, AccountAddForm):
            found = None if form.is_bound else self.inherited()
            form.offer_ranges(ranges_for(found, self.ranges))
            if found:
                form.inherit(found)
        return form

    def inherited(self) -> Inherited | None:
        """Return what the new account inherits, if its domain is known; unknown while NGNPro does not answer."""
        found = fetch_or_unknown(lambda: find_inherited(self.ngnpro, self.request.GET.get("domain", "")))
        return None if isinstance(found, Unknown) else found

    def save(self, form: RecordForm[SipAccount], wanted: SipAccount, **context: Any) -> HttpResponse:
        try:
            wanted = with_inherited(self.ngnpro, wanted)
        except errors.Outage as outage:
            return self.keep(form, outage, **context)
        return super().save(form, wanted, **context)

    def of_whom(self) -> dict[str, Any]:
        return {"mails": self.wanted_mails()}

    def wanted_mails(self) -> tuple[WantedMail, ...]:
        """Return the mail with the account information, if it is wanted."""
        typed, viewer = self.form.cleaned_data, self.request.viewer
        if not (typed["send_information"] and typed["email"]):
            return ()
        information = wanted_information(
            typed["email"], password=typed["password"], with_passwords=viewer.may_see_passwords
        )
        return (information,)

    def submit(self, record: SipAccount) -> SipAccount | None:
        self.password = record.password
        hold_secret(self.request, _("Password"), self.password, SipAccount)
        if self.form.cleaned_data["naming"] == NEXT:
            record = self.form.with_web_password(with_next_number(self.ngnpro, record))
        self.wish = self.form.wish()
        hold_secret(self.request, _("PIN"), self.wish.pin, VoicemailAccount)
        self.added = add_whole(self.ngnpro, self.request.writes, record, self.wish)
        return self.added.account

    def done(self, record: SipAccount) -> HttpResponse:
        address = str(record.id)
        keep_secret_once(self.request, f"password of {address}", self.password)
        if self.added.has_mailbox:
            keep_secret_once(self.request, f"PIN of {address}", self.wish.pin)
        letters.offer_letter(self.request, address, self.password)
        if self.wanted_mails():
            messages.success(self.request, _("The details go to %(email)s.") % {"email": record.email})
        if self.added.problem is not None:
            report_unfinished(self.request, what_is_missing(self.added, self.added.problem), ways_to_add(address))
        elif self.added.made:
            messages.success(self.request, _("Added with it: %(what)s.") % {"what": ", ".join(self.added.made)})
        return HttpResponseRedirect(reverse("accounts:added", args=[address]))


def what_is_missing(added: AddedAccount, problem: errors.NgnproError) -> str:
    """Return a sentence about the extra that failed, and why."""
    words = {"what": added.missing, "why": explain_error(problem).what}
    if added.unsure:
        return _("Whether this was added is not known: %(what)s. %(why)s") % words
    return _("This was not added: %(what)s. %(why)s") % words


def ways_to_add(address: str) -> list[Way]:
    """Return the pages on which the extras of an account can be added, and the one that deletes everything."""
    return [
        (_("Add a mailbox"), "accounts:voicemail:add", (address,)),
        (_("Add an alias"), "aliases:add", ()),
        (_("Add a number"), "enum:numbers:add", ()),
        (_("Delete the account"), "accounts:delete", (address,)),
    ]


class AccountAdded(AccountMixin, DetailView[SipAccount]):
    """The page after adding an account, which shows the SIP password and the PIN of the mailbox once."""

    template_name = "accounts/added.html"

    def more(self, record: SipAccount) -> dict[str, Any]:
        return {name: take_secret(self.request, f"{what} of {record.id}") for name, what in ONCE.items()}


class AccountEdit(AccountMixin, EditView[SipAccount]):
    template_name = "accounts/form.html"
    title = gettext_lazy("Edit")
    button = gettext_lazy("Save")
    form_class = AccountEditForm

    def submit(self, record: SipAccount) -> SipAccount | None:
        return self.ngnpro.sip.update_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        self.tell_saved(_("Account %(address)s was saved.") % {"address": record.id})
        return HttpResponseRedirect(reverse("accounts:detail", args=[str(record.id)]))


class AccountDelete(AccountMixin, DeleteView[SipAccount]):
    template_name = "accounts/delete.html"

    def name_of(self, record: SipAccount) -> str:
        return str(record.id)

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        record = self.get_record()
        return self.page(record, error=why_not_unblock(self.request.viewer, record))

    def delete(self, record: SipAccount) -> None:
        delete_account(self.ngnpro, record.id)
        tell_still_leading(self.request, self.ngnpro, record.id)

    def done(self, record: SipAccount) -> HttpResponse:
        messages.success(self.request, _("Account %(address)s was deleted.") % {"address": record.id})
        return HttpResponseRedirect(reverse("accounts:list"))
