"""Sending a mail that this worker has claimed, over SMTP, and storing the outcome."""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from dataclasses import dataclass, replace
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends import smtp
from django.core.validators import validate_email
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from portal.mail.text.composing import compose
from portal.ngnpro import errors

from . import delivery
from .models import OutboxMessage

log = logging.getLogger(__name__)

SENT_AGAIN = "X-Sent-Again"
# One message at a time is between the mail server's answer and our note of it: a worker that is killed leaves no more
# than one of which nobody knows whether it was sent.
_HANDING_OVER = threading.Lock()


class EmailBackend(smtp.EmailBackend):
    """Django's connection to a mail server, which also trusts the certificates in ``PORTAL_SMTP_CA_FILE``."""

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=settings.SMTP_CA_FILE or None)


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a message was not sent, whether to try again, and whether the mail server may have it all the same."""

    reason: str
    for_good: bool = False
    maybe_sent: bool = False


def send(message: OutboxMessage) -> None:
    """Write a message, hand it to the mail server, and note how that ended."""
    try:
        mail = compose(message)
        dress(mail, message)
        # Opened before anybody has to wait for it: meeting a mail server takes longer than handing it a mail.
        with get_connection() as mail.connection:
            failure = hand_over(mail, message)
    except (errors.NgnproError, OSError, ValueError) as error:
        failure = replace(read(error), maybe_sent=False)
    if failure:
        log.warning("Mail %s (%s) was not sent: %s", message.pk, message.kind, failure.reason)
        delivery.settle_failed(message, failure.reason, for_good=failure.for_good, maybe_sent=failure.maybe_sent)


def hand_over(mail: EmailMultiAlternatives, message: OutboxMessage) -> Failure | None:
    """Give a mail to the open mail server, unless the claim was lost meanwhile; say what went wrong, if anything."""
    with _HANDING_OVER:
        if not delivery.begin(message):
            return None
        try:
            sent = mail.send()
        except (OSError, ValueError) as error:
            return read(error)
        if not sent:
            return Failure(_("It has no recipient."), for_good=True)
        delivery.settle_sent(message)
    log.info("Mail %s (%s) was sent.", message.pk, message.kind)
    return None


def dress(mail: EmailMultiAlternatives, message: OutboxMessage) -> None:
    """Add the headers that every mail of ours has; a mail that is sent again has the same Message-ID, and says so.

    ``ValueError`` when the recipient has no e-mail address: records may hold anything.
    """
    try:
        validate_email(message.recipient)
    except ValidationError:
        raise ValueError(_("the recipient is no e-mail address")) from None
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    mail.extra_headers |= {"Message-ID": f"<{message.pk}@{domain}>", "Auto-Submitted": "auto-generated"}
    if message.duplicate:
        mail.extra_headers[SENT_AGAIN] = "yes; this mail may have reached you before"
    if settings.MAIL_REPLY_TO and not mail.reply_to:
        mail.reply_to = [settings.MAIL_REPLY_TO]


def read(error: Exception) -> Failure:
    """Read what became of a mail in what was raised.

    A mail server that refuses the recipient or the mail itself for good (RFC 5321, section 4.2.1: 5yz) is not asked
    again; one that refuses the sender or our login is, since that is for its operator to mend.
    """
    match error:
        case errors.NgnproError():
            return Failure(str(error), for_good=isinstance(error, errors.Missing))
        case smtplib.SMTPRecipientsRefused():
            code, text = next(iter(error.recipients.values()))
            return Failure(f"{_('The mail server refuses the recipient')}: {said(code, text)}", for_good=code >= 500)
        case smtplib.SMTPResponseException():
            refused = isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
            reason = f"{_('The mail server refuses')}: {said(error.smtp_code, error.smtp_error)}"
            return Failure(reason, for_good=refused)
        case ssl.SSLError():
            return Failure(f"{_('No safe connection to the mail server')}: {error}")
        case OSError():
            return Failure(f"{_('The mail server does not answer')}: {error}", maybe_sent=True)
    return Failure(f"{_('It cannot be written')}: {error}", for_good=True)


def said(code: int, text: bytes | str) -> str:
    """Write down the answer of a mail server."""
    return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
