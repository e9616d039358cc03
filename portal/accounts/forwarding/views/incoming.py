"""Pages for incoming calls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.forwarding.choices.incoming import LENGTH_WORDS, OFF, caller_in_words, groups_in_words
from portal.accounts.forwarding.choices.week import (
    Week,
    from_stored,
    in_words,
    overlap_messages,
    rows_never_applied,
    to_store,
)
from portal.accounts.forwarding.forms.incoming import RejectedCaller, RejectForm, WeekForm
from portal.accounts.forwarding.services.incoming import (
    IncomingSettings,
    accept_caller,
    fetch_incoming,
    morning_after,
    reject_caller,
    save_week,
    set_do_not_disturb,
)
from portal.accounts.pages import AccountPage
from portal.core.addresses import safe_redirect
from portal.core.form_views import AddView, AskingView, EditView
from portal.core.forms import RecordForm
from portal.ngnpro.records import NOBODY


class IncomingPage(AccountPage):
    """A base class for the pages about incoming calls, which share one template."""

    template_name = "accounts/forwarding/incoming.html"
    title: ClassVar[str | Promise] = gettext_lazy("Do not disturb")
    found: IncomingSettings | None = None

    @property
    def page(self) -> str:
        return reverse("accounts:forwarding:incoming", args=[str(self.sip_id)])

    @property
    def here_and_now(self) -> datetime:
        """Return the current time in the account's time zone."""
        return datetime.now(self.zone)

    def load(self) -> IncomingSettings:
        """Fetch what the page shows. Raises ``HandledByTrunk`` for a telephone system."""
        self.found = fetch_incoming(self.ngnpro, self.line.id)
        return self.found

    def go_back(self) -> HttpResponse:
        return HttpResponseRedirect(safe_redirect(self.request, self.request.POST.get("next", self.page)))

    def show(self, status: int = 200, **context: Any) -> HttpResponse:
        found, now = self.found, self.found.now if self.found else None
        shown = {
            "incoming": found,
            "now": now,
            "only_nobody": bool(now and NOBODY in now.groups),
            "now_who": groups_in_words(now.groups) if now else "",
            "until": self.here_and_now + timedelta(minutes=now.duration) if now and now.duration else None,
            "tomorrow": morning_after(self.here_and_now) if found else None,
            "lengths": LENGTH_WORDS.items(),
            "rejected": [(uri, *caller_in_words(uri, self.sip_id.domain)) for uri in found.rejected] if found else [],
        }
        return super().show(status, **{**shown, **context})


class IncomingEdit(IncomingPage, AskingView[Week], EditView[Week]):
    """Show all settings for incoming calls, and save the weekly rules."""

    button = gettext_lazy("Save the weekly rules")
    form_class = WeekForm

    def get_record(self) -> Week:
        return from_stored(self.load().status.rules.persistent)

    def make_form(self, **kwargs: Any) -> RecordForm[Week]:
        form = super().make_form(**kwargs)
        if self.found and isinstance(form, WeekForm):
            form.offer(self.found.status.non_empty_groups)
        return form

    def doubts(self, before: Week | None, wanted: Week) -> list[str]:
        found = overlap_messages(wanted.rules)
        found += [
            _("Row %(row)s never applies and is left out.") % {"row": row} for row in rows_never_applied(wanted.rules)
        ]
        if found:
            saved = "; ".join(in_words(rule) for rule in to_store(wanted))
            found.append(_("This is what will be saved: %(rules)s.") % {"rules": saved})
        return found

    def write(self, before: Week | None, wanted: Week) -> None:
        stored = (self.found or self.load()).status.rules
        save_week(self.ngnpro, self.change, self.sip_id, stored, to_store(wanted))

    def done(self, record: Week) -> HttpResponse:
        messages.success(self.request, _("The weekly rules of %(address)s were saved.") % {"address": self.sip_id})
        return HttpResponseRedirect(self.page)


class Disturb(IncomingPage):
    """Turn do not disturb on for a given length, or off (``off``), with one click on any page (``next``)."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        length, now = request.POST.get("for", ""), self.here_and_now
        if length != OFF and length not in LENGTH_WORDS:
            messages.error(request, _("Nothing was changed: choose for how long."))
            return self.go_back()
        rule = set_do_not_disturb(self.ngnpro, self.change, self.line.id, length, now)
        messages.success(request, self.said(rule.duration, now) if length != OFF else _("Do not disturb is off."))
        return self.go_back()

    def said(self, minutes: int, now: datetime) -> str:
        if not minutes:
            return _("Do not disturb is on until you turn it off.")
        until = date_format(now + timedelta(minutes=minutes), "D j M, H:i")
        return _("Do not disturb is on until %(time)s.") % {"time": until}


class RejectAdd(IncomingPage, AddView[RejectedCaller]):
    """Add a caller (``caller``) to the reject list, from any page (``next``); invalid input is shown in the form."""

    template_name = "accounts/forwarding/reject.html"
    title = gettext_lazy("Reject a caller")
    button = gettext_lazy("Reject this caller")
    form_class = RejectForm
    is_news = True

    def make_form(self, **kwargs: Any) -> RecordForm[RejectedCaller]:
        form = super().make_form(**kwargs)
        form.sip_id = self.sip_id  # type: ignore[attr-defined]
        return form

    def write(self, before: RejectedCaller | None, wanted: RejectedCaller) -> None:
        self.is_news = reject_caller(self.ngnpro, self.change, self.line.id, wanted.caller)

    def done(self, record: RejectedCaller) -> HttpResponse:
        said = _("%(who)s is rejected from now on.") if self.is_news else _("%(who)s is rejected already.")
        messages.success(self.request, said % {"who": caller_in_words(record.caller, self.sip_id.domain)[0]})
        return self.go_back()


class RejectRemove(IncomingPage):
    """Remove a caller from the reject list."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, **__: Any) -> HttpResponse:
        caller = request.POST.get("caller", "")
        if accept_caller(self.ngnpro, self.change, self.line.id, caller):
            who = {"who": caller_in_words(caller, self.sip_id.domain)[0]}
            messages.success(request, _("%(who)s may call again.") % who)
        else:
            messages.info(request, _("This caller was no longer on the list."))
        return self.go_back()
