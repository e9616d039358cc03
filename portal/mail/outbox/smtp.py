"""Sending a mail that this worker has claimed, over SMTP, and storing the outcome."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from dataclasses import dataclass, replace
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.core.normal_forms import address_for_mail
from portal.mail.text.composing import compose_mail
from portal.ngnpro import errors

from . import delivery
from .models import OutboxMessage

log = logging.getLogger(__name__)

SENT_AGAIN = "X-Sent-Again"
# Held from handing over a message until its outcome is stored: if a worker is killed, the outcome of no more than one
# mail is unknown.
_HANDING_OVER = threading.Lock()


class EmailBackend(smtp.EmailBackend):
    """Django's connection to a mail server, which also trusts the certificates in ``PORTAL_SMTP_CA_FILE``."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)


@dataclass(frozen=True, slots=True)
class DeliveryFailure:
    """Why a message was not sent, whether that is final, and whether the mail server may have accepted it."""

    reason: str
    for_good: bool = False
    maybe_sent: bool = False


def send_mail(message: OutboxMessage) -> None:
    """Compose the mail of a message, hand it to the mail server, and store the outcome."""
    try:
        mail = compose_mail(message)
        add_headers(mail, message)
        # Opened before the lock is taken: connecting takes longer than handing over a mail.
        with get_connection() as mail.connection:
            failure = hand_over_mail(mail, message)
    except (errors.NgnproError, OSError, ValueError) as error:
        failure = replace(failure_of(error), maybe_sent=False)
    if failure:
        log.warning("Mail %s (%s) was not sent: %s", message.pk, message.kind, failure.reason)
        delivery.settle_failed(message, failure.reason, for_good=failure.for_good, maybe_sent=failure.maybe_sent)


def hand_over_mail(mail: EmailMultiAlternatives, message: OutboxMessage) -> DeliveryFailure | None:
    """Hand a mail to the connected mail server, unless the claim was lost; return a failure, if any."""
    with _HANDING_OVER:
        if not delivery.begin_handover(message):
            return None
        try:
            sent = mail.send()
        except (OSError, ValueError) as error:
            return failure_of(error)
        if not sent:
            return DeliveryFailure(_("It has no recipient."), for_good=True)
        delivery.settle_sent(message)
    log.info("Mail %s (%s) was sent.", message.pk, message.kind)
    return None


def add_headers(mail: EmailMultiAlternatives, message: OutboxMessage) -> None:
    """Add the headers that all mails have; a mail that is sent again has the same Message-ID, and says so.

    Raises ``ValueError`` if the recipient is not an e-mail address: records may hold any text.
    """
    if not address_for_mail(message.recipient):
        raise ValueError(_("the recipient is not an e-mail address"))
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    mail.extra_headers |= {"Message-ID": f"<{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if message.duplicate:
        mail.extra_headers[SENT_AGAIN] = "yes; this mail may have reached you before"
    if settings.MAIL_REPLY_TO and not mail.reply_to:
        mail.reply_to = [settings.MAIL_REPLY_TO]


def failure_of(error: Exception) -> DeliveryFailure:
    """Return the failure that an exception means.

    If a mail server rejects the recipient or the mail permanently (RFC 5321, section 4.2.1: 5yz), that is final. If it
    rejects the sender or the login, the mail is tried again, because an operator can correct that.
    """
    match error:
        case errors.NgnproError():
            return DeliveryFailure(str(error), for_good=isinstance(error, errors.Missing))
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            reason = f"{_('The mail server rejects the recipient')}: {server_reply(code, text)}"
            return DeliveryFailure(reason, for_good=code >= 500)
        case smtplib.SMTPResponseException():
            final = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            reason = f"{_('The mail server rejects it')}: {server_reply(error.smtp_code, error.smtp_error)}"
            return DeliveryFailure(reason, for_good=final)
        case ssl.SSLError():
            return DeliveryFailure(f"{_('There is no secure connection to the mail server')}: {error}")
        case OSError():
            return DeliveryFailure(f"{_('The mail server does not answer')}: {error}", maybe_sent=True)
    return DeliveryFailure(f"{_('The mail cannot be written')}: {error}", for_good=True)


def server_reply(code: int, text: bytes | str) -> str:
    """Return the reply of a mail server as text."""
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
