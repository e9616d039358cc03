"""The mail with the link that confirms an e-mail address, after which an account is added."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.mail.kinds.base import ACCOUNT_VARIABLES
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailSubject, register_mail_kind
from portal.mail.text.brand import brand_of, display_name

from .services import MAIL_KIND, find_request, issue_token


def read_confirmation(message: OutboxMessage) -> MailContent:
    """Return the link with a new token; ``ValueError`` if the account was added, or the request has expired."""
    request = find_request(pk=message.about)
    if request is None:
        raise ValueError(_("The account was added, or the request has expired."))
    url = settings.PORTAL_URL + reverse("enrolment:open", args=[issue_token(request)])
    name = display_name(request.name.partition(" ")[0])
    values = {"name": name, "address": request.address, "url": url, "until": request.expires_at}
    return MailContent(values, brand_of(message.engine, message.reseller), request.language)


CONFIRM_REGISTRATION = register_mail_kind(
    MailKind(
        name=MAIL_KIND,
        label=gettext_lazy("Link to confirm a registration"),
        read=read_confirmation,
        variables=ACCOUNT_VARIABLES,
        link_variables=frozenset({"url", "until"}),
        about=MailSubject.PERSON,
        example={
            "name": "Ada",
            "address": "ada@example.com",
            "url": "https://portal.example.com/…",
            "until": "2026-01-02 15:04 UTC",
        },
    )
)
