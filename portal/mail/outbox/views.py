"""The pages of the outbox: the list of all mails with their states, and sending one again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db import transaction
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.views import ListView, PortalView
from portal.mail.outbox.forms import OutboxTable, kind_label
from portal.ngnpro import OrderBy, Query, Range, RecordPage

from .forms import OutboxFilterForm
from .models import OutboxMessage
from .quotas import used_up_notices
from .services import send_mail_again


class OutboxList(ListView[OutboxMessage]):
    keeps_views = False
    template_name = "mail/outbox/list.html"
    title = gettext_lazy("Outbox")
    table_class = OutboxTable
    filter_class = OutboxFilterForm

    def notices(self) -> list[str]:
        """Return sentences about the resellers whose quota is used up."""
        return used_up_notices()

    def fetch(self, query: Query[Q]) -> RecordPage[OutboxMessage]:
        order, window = query.order_by or OrderBy("created_at", "DESC"), query.range or Range()
        first = F(order.attribute).desc() if order.direction == "DESC" else F(order.attribute).asc()
        found = OutboxMessage.objects.filter(query.filter or Q()).order_by(first, "-created_at", "-id")
        return RecordPage(found.count(), tuple(found[window.start : window.start + window.count]))


class SendAgain(PortalView):
    """Queues a mail that was given up again, after a page that shows what will be missing in it."""

    template_name = "mail/outbox/send_again.html"

    def get(self, request: HttpRequest, message: uuid.UUID) -> HttpResponse:
        found = get_object_or_404(OutboxMessage, pk=message, state=OutboxMessage.State.FAILED)
        return self.show(message=found, kind=kind_label(found))

    def post(self, request: HttpRequest, message: uuid.UUID) -> HttpResponse:
        with transaction.atomic():
            revived = send_mail_again(message)
        if revived is None:
            raise Http404
        self.request.writes.record_operation("sendMailAgain", about=("mail", revived.recipient))
        messages.success(request, _("The mail to %(recipient)s is queued again.") % {"recipient": revived.recipient})
        return HttpResponseRedirect(reverse("mail:outbox:list"))
