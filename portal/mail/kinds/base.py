"""Code shared by the kinds of mail about an account: variables, and reading the account."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.core.servers import service_ngnpro
from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent
from portal.mail.text.brand import brand_of
from portal.ngnpro.records import SipAccount, SipId

NAME_VARIABLES = {"name": _("the first name of the person")}
ACCOUNT_VARIABLES = NAME_VARIABLES | {"address": _("the SIP address")}
CHANGE_VARIABLES = {
    "added": _("“yes” if it was added"),
    "removed": _("“yes” if it was removed"),
    "changed": _("“yes” if it was changed"),
}


def about_account(account: SipAccount) -> dict[str, Any]:
    """Return the variables that name an account and its user."""
    return {
        "name": account.first_name,
        "address": str(account.id),
        "username": account.id.username,
        "domain": account.id.domain,
    }


def read_account(message: OutboxMessage) -> tuple[SipAccount, MailContent]:
    """Fetch the account that a mail is about, and return it with the content that all such mails share."""
    account = service_ngnpro(message.engine).sip.get_account(SipId.parse(message.about))
    brand = brand_of(message.engine, account.reseller)
    return account, MailContent(about_account(account), brand, account.get_property("language"))


def read_change(message: OutboxMessage) -> MailContent:
    """Return what was added, removed or changed, from the facts of the message."""
    _account, content = read_account(message)
    facts = {name: message.facts.get(name, "") for name in ("number", "alias", "email")}
    happened = {name: message.facts.get("happened") == name for name in CHANGE_VARIABLES}
    number = facts["number"]
    facts["number"] = f"+{number}" if number.isdigit() else number
    return MailContent({**content.values, **facts, **happened}, content.brand, content.language)


def read_facts(message: OutboxMessage) -> MailContent:
    """Return content from the facts of the message, which include the person's name, language and reseller."""
    facts = dict(message.facts)
    brand = brand_of(message.engine, int(facts.pop("reseller", 0)))
    return MailContent(facts, brand, str(facts.pop("language", "")))


def kind_of_change(before: object, after: object) -> str:
    """Return ``added``, ``removed`` or ``changed``."""
    return "added" if before is None else "removed" if after is None else "changed"
