"""Writing messages: from an outbox row and what NGNPro says now to a mail with text and HTML."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from portal.core.service import service_ngnpro
from portal.ngnpro.records import SipAccount, SipId

from .models import OutboxMessage
from .queueing import ACCOUNT_INFORMATION


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Write the mail of an outbox row; ``NgnproError`` when NGNPro cannot say what belongs in it."""
    context = CONTEXTS[message.kind](message)
    base = f"mail/{message.kind}"
    subject = " ".join(render_to_string(f"{base}-subject.txt", context).split())
    mail = EmailMultiAlternatives(
        subject,
        render_to_string(f"{base}.txt", context),
        settings.DEFAULT_FROM_EMAIL,
        [message.recipient],
        headers={"Auto-Submitted": "auto-generated", "Message-ID": f"<{message.pk}@ngnpro-portal>"},
    )
    mail.attach_alternative(render_to_string(f"{base}.html", context), "text/html")
    return mail


def account_information(message: OutboxMessage) -> dict[str, Any]:
    """Read what the account information says.

    A password stored encrypted is left out (NGNPro gives none back), and so is a web password that is a hash.
    """
    account = service_ngnpro(message.engine).sip.get_account(SipId.parse(message.about))
    return {
        "account": account,
        "password": account.password,
        "web_password": clear_web_password(account),
    }


def clear_web_password(account: SipAccount) -> str:
    """Give the web password if it is stored in clear; ``ha1:ha1b`` hashes say nothing to a person."""
    value = account.get_property("web_password")
    halves = value.split(":")
    hashed = len(halves) == 2 and all(len(half) == 32 and set(half) <= set("0123456789abcdefABCDEF") for half in halves)
    return "" if hashed else value


CONTEXTS: dict[str, Callable[[OutboxMessage], dict[str, Any]]] = {ACCOUNT_INFORMATION: account_information}
