"""The user's own pages: home, settings, and deletion of the account by a link in a mail."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.own.aliases import add_own_alias, aliases_of, is_own, may_edit_aliases, remove_own_alias
from portal.accounts.own.forms import OwnSettingsForm
from portal.accounts.own.services import Removal, ask_for_removal, delete_own_account, missed_calls, own_words
from portal.accounts.pages import TRUNK, AccountMixin, AccountPage
from portal.accounts.status import begin_fetch_or_unknown, begin_spending, begin_standing, verdict_of
from portal.core.at_once import Together
from portal.core.forms import RecordForm
from portal.core.normal_forms import address_for_mail
from portal.core.portal_request import PortalRequest
from portal.core.sip_accounts import why_not_unblock
from portal.core.viewer import Role
from portal.core.views import PortalView
from portal.ngnpro.records import SipAccount
from portal.people import links
from portal.people.client_address import client_address
from portal.people.confirmation import ConfirmedEdit
from portal.people.models import OneUseLink

PURPOSE = OneUseLink.Purpose.REMOVAL


class RemovalRequest(AccountPage):
    """Show what is deleted with the account, and send its user a link by e-mail."""

    template_name = "accounts/own/removal.html"
    title = gettext_lazy("Delete my account")

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        return self.show(email=self.email)

    def post(self, request: PortalRequest, **__: str) -> HttpResponse:
        match ask_for_removal(request.viewer, self.account):
            case Removal.NO_EMAIL:
                return self.show(422)
            case Removal.TOO_OFTEN:
                return self.show(429, email=self.email, too_often=True)
            case Removal.BLOCKED:
                messages.error(request, why_not_unblock(request.viewer, self.account))
                return HttpResponseRedirect(request.path)
        messages.success(request, _("A mail with a link is on its way to %(email)s.") % {"email": self.email})
        return HttpResponseRedirect(request.path)

    @cached_property
    def email(self) -> str:
        """Return the address for the mail; empty if the account has no valid one."""
        return address_for_mail(self.account.email)


class AccountLinkView(PortalView):
    """A base class for pages opened by a one-use link; shows a message if the link is not valid.

    ``purpose`` is that of the link, and ``session_key`` where the session stores that it was opened.
    """

    purpose: ClassVar[OneUseLink.Purpose]
    session_key: ClassVar[str]

    def show_invalid_link(self) -> HttpResponse:
        return self.show(404, is_invalid=True)

    def open_link(self, token: str, page: str) -> HttpResponse:
        """Store in the session that the link was opened, and redirect, so that no token stays in the address bar."""
        link = links.find_account_link(self.purpose, token)
        if link is None:
            return self.show_invalid_link()
        self.request.session[self.session_key] = str(link.pk)
        return HttpResponseRedirect(reverse(page))

    def find(self) -> tuple[OneUseLink | None, SipAccount | None]:
        """Return the link that this session has opened, and its account while its passwords are unchanged."""
        known = self.request.session.get(self.session_key)
        link = links.find_unused_link(pk=known, purpose=self.purpose) if known else None
        return link, links.account_of(link) if link else None


class RemovalLinkView(AccountLinkView):
    """A page of the deletion of an account by a link."""

    template_name = "accounts/own/removal_confirm.html"
    purpose, session_key = PURPOSE, "removal link"


class RemovalLink(RemovalLinkView):
    """Open the link."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        return self.open_link(token, "accounts:own:removal-confirm")


class RemovalConfirm(RemovalLinkView):
    """Ask for confirmation, and delete the account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        link, account = self.find()
        return self.show(link=link, account=account) if link and account else self.show_invalid_link()

    def post(self, request: HttpRequest) -> HttpResponse:
        link, account = self.find()
        if link is None or account is None or not delete_own_account(link, account, client_address(request)):
            return self.show_invalid_link()
        request.session.flush()
        messages.success(request, _("Your account %(address)s was deleted.") % {"address": link.subject})
        return HttpResponseRedirect(reverse("people:sign_in:sign-in"))


class SipPasswordView(AccountLinkView):
    """A page of a link to a new SIP password."""

    template_name = "accounts/own/new_password.html"
    purpose, session_key = OneUseLink.Purpose.SIP_PASSWORD, "SIP password link"


class PasswordLinkOpened(SipPasswordView):
    """Open the link."""

    def get(self, _request: HttpRequest, token: str) -> HttpResponse:
        return self.open_link(token, "accounts:own:password")


class PasswordShown(SipPasswordView):
    """Show the password once, after a button is pressed, so that programs that open links in mails do not use it up."""

    def get(self, _request: HttpRequest) -> HttpResponse:
        link, account = self.find()
        return self.show(link=link) if link and account else self.show_invalid_link()

    def post(self, _request: HttpRequest) -> HttpResponse:
        link, account = self.find()
        password = links.spend_password_link(link) if link and account else ""
        return self.show(account=account, password=password) if password else self.show_invalid_link()


class OwnHome(AccountPage):
    """Show whether calls reach the user, do not disturb and missed calls, with a fixed number of requests."""

    template_name = "accounts/own/home.html"

    def get(self, request: HttpRequest, **_: str) -> HttpResponse:
        account, zone = self.account, self.zone
        together = Together(self.ngnpro)
        asked = begin_standing(together, account)
        missed = begin_fetch_or_unknown(together, lambda ngnpro: missed_calls(ngnpro, account, zone))
        spent = begin_spending(together, account)
        standing = asked()
        now = timezone.localtime(timezone=zone)
        until = now + timedelta(minutes=standing.quiet_minutes)
        found = verdict_of(account, standing)
        heading, words = own_words(account, found, date_format(until, "H:i"))
        return self.show(
            standing=standing,
            state=found.state,
            heading=heading,
            words=words,
            missed=missed(),
            spent=spent(),
            now=now,
            in_an_hour=now + timedelta(hours=1),
            quiet_until=until,
            mobile=account.get_property("mobile_number"),
            forwarded_to=standing.target("func", account.id.domain),
            trunk=TRUNK in account.groups,
        )


class OwnAliases(AccountPage):
    """The aliases of the account; its user edits those in their own domain, if they have the right."""

    template_name = "accounts/own/aliases.html"
    title = gettext_lazy("Aliases")

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        return self.page()

    def page(self, status: int = 200, problem: str = "") -> HttpResponse:
        may_edit = may_edit_aliases(self.account)
        found = aliases_of(self.ngnpro, self.account)
        rows = [(alias, may_edit and is_own(alias, self.account)) for alias in found]
        typed = self.request.POST.get("alias", "")
        return self.show(status, aliases=rows, may_edit=may_edit, problem=problem, typed=typed)

    def post(self, request: PortalRequest, **_kwargs: Any) -> HttpResponse:
        if address := request.POST.get("remove", ""):
            if not remove_own_alias(self.ngnpro, request.writes, self.account, address):
                raise Http404
            messages.success(request, _("The alias %(alias)s was removed.") % {"alias": address})
            return HttpResponseRedirect(request.path)
        try:
            alias = add_own_alias(self.ngnpro, request.writes, self.account, request.POST.get("alias", ""))
        except ValidationError as refused:
            return self.page(422, " ".join(refused.messages))
        messages.success(request, _("The alias %(alias)s was added.") % {"alias": alias.id})
        return HttpResponseRedirect(request.path)


class OwnSettings(AccountMixin, ConfirmedEdit[SipAccount]):
    """Edit the settings that users may change in their own account; the form has no other fields."""

    template_name = "accounts/own/settings.html"
    title = gettext_lazy("Your settings")
    button = gettext_lazy("Save")
    form_class = OwnSettingsForm
    guarded = ("email",)

    def is_guarded(self) -> bool:
        return bool(self.request.viewer.role is Role.SUBSCRIBER)

    def make_form(self, **kwargs: Any) -> RecordForm[SipAccount]:
        form = super().make_form(**kwargs)
        if not self.sip_id.username.isdigit():
            del form.fields["quickdial_prefix"]
        return form

    def submit(self, record: SipAccount) -> SipAccount | None:
        return self.ngnpro.sip.update_account(record)

    def done(self, record: SipAccount) -> HttpResponse:
        messages.success(self.request, _("Your settings were saved."))
        return HttpResponseRedirect(reverse("accounts:own:settings", args=[str(record.id)]))
