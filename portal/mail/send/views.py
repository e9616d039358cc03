"""Pages that send account information and logins."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.core.normal_forms import address_for_mail
from portal.core.views import PortalView
from portal.mail.kinds.customer_login import CUSTOMER_LOGIN
from portal.mail.outbox.quotas import waiting_notices
from portal.mail.outbox.services import queue_mail
from portal.ngnpro.records import CustomerAccount

from .services import MOST, plan_mails, send_account_information


class SendAccounts(PortalView):
    """Shows what the users of one or several accounts would get, and sends it when that is confirmed."""

    template_name = "mail/send/accounts.html"
    title = gettext_lazy("Send details")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show_plan(request.GET.getlist("address"))

    def post(self, request: HttpRequest) -> HttpResponse:
        addresses = request.POST.getlist("address")
        if "send" not in request.POST:
            return self.show_plan(addresses)
        sent = send_account_information(self.request.writes, plan_mails(self.ngnpro, addresses))
        messages.success(
            request, ngettext("%(sent)s mail is on its way.", "%(sent)s mails are on their way.", sent) % {"sent": sent}
        )
        if len(addresses) == 1:
            return HttpResponseRedirect(reverse("accounts:detail", args=addresses))
        return HttpResponseRedirect(reverse("accounts:list"))

    def show_plan(self, addresses: list[str]) -> HttpResponse:
        plans = plan_mails(self.ngnpro, addresses, withheld=not self.request.viewer.may_see_passwords)
        able = [one.account for one in plans if one.account and not one.problem]
        waiting = waiting_notices(self.request.viewer.engine, Counter(account.reseller for account in able))
        cut = len(set(addresses)) > MOST
        return self.show(plans=plans, ready=len(able), waiting=waiting, cut=cut, most=MOST)


class SendCustomer(PortalView):
    """Sends customers their login; the password is read from NGNPro when the mail is written.

    Closed to operators who may not see passwords, because they may be able to change the e-mail address.
    """

    template_name = "mail/send/customer.html"
    title = gettext_lazy("Send details")

    @cached_property
    def record(self) -> CustomerAccount:
        return self.ngnpro.customers.get_account(self.kwargs["customer"])

    def get(self, request: HttpRequest, customer: int) -> HttpResponse:
        waiting = waiting_notices(self.request.viewer.engine, {self.record.reseller: 1})
        return self.show(record=self.record, email=address_for_mail(self.record.email), waiting=waiting)

    def post(self, request: HttpRequest, customer: int) -> HttpResponse:
        email = address_for_mail(self.record.email)
        if not email:
            return self.show(422, record=self.record, email="")
        with transaction.atomic():
            engine, reseller = self.request.viewer.engine, self.record.reseller
            queue_mail(CUSTOMER_LOGIN.name, str(self.record.id), email, engine, reseller=reseller)
            self.request.writes.record_operation("sendLogin", self.record)
        messages.success(request, _("The login goes to %(email)s.") % {"email": email})
        return HttpResponseRedirect(reverse("customers:detail", args=[customer]))
