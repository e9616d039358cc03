"""The account information: what the user of an account needs to set up a phone and to sign in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from ngnpro_wire.facts.passwords import is_digest_pair
from portal.core.servers import service_ngnpro
from portal.core.sip_accounts import clear_web_password
from portal.mail.outbox.held import WantedMail
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.services import queue_mail
from portal.mail.registry import MailContent, MailKind, register_mail_kind
from portal.mail.text.brand import brand_of
from portal.mail.text.words import CODES
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.records import AliasFilter, EnumNumberFilter, SipAccount, SipId

from .base import ACCOUNT_VARIABLES, about_account

T = TypeVar("T")
MOST = Range(0, 20)
# The name of the fact that marks a message whose sender may not see passwords.
WITHHELD = "withheld"


def read_account_information(message: OutboxMessage) -> MailContent:
    """Read the account information.

    NGNPro does not return a SIP password that is stored encrypted: it is known only from the message itself, which was
    queued when the account was added. A web password that is a hash is left out. If the sender may not see passwords,
    the mail holds none that NGNPro returns.
    """
    ngnpro = service_ngnpro(message.engine)
    account = ngnpro.sip.get_account(SipId.parse(message.about))
    brand = brand_of(message.engine, account.reseller)
    withheld = bool(message.facts.get(WITHHELD))
    password = message.secret or ("" if withheld else clear_password(account))
    stored = account.get_property("web_password")
    shown = "" if withheld else clear_web_password(account)
    values = {
        **about_account(account),
        "password": password,
        "has_letters": account.id.username.upper() != account.id.username,
        "blank_ends": any(text != text.strip() for text in (password, shown)),
        "encrypted": not password,
        "withheld": withheld and not password,
        "web_password": shown,
        "web_password_hidden": bool(stored and not shown),
        "proxy": brand.get("sip_proxy"),
        "outbound_proxy": brand.get("sip_outbound_proxy"),
        "xcap_root": brand.get("xcap_root"),
        "pstn": "free-pstn" in account.groups,
        "codes": [{"label": label, "code": brand.get(name)} for name, label in CODES if brand.get(name)],
        **read_belongings(ngnpro, account.id),
    }
    return MailContent(values, brand, account.get_property("language"))


def read_belongings(ngnpro: Ngnpro, one: SipId) -> dict[str, Any]:
    """Read the aliases, numbers and mailbox of an account; what NGNPro refuses is left out."""
    aliases = Query(filter=AliasFilter(target_username=one.username, target_domain=one.domain), range=MOST)
    numbers = Query(filter=EnumNumberFilter(mapto=str(one)), range=MOST)
    return {
        "aliases": [str(alias.id) for alias in _or_none(lambda: ngnpro.sip.get_aliases(aliases)) or ()],
        "numbers": sorted({f"+{row.id.number}" for row in _or_none(lambda: ngnpro.enum.get_numbers(numbers)) or ()}),
        "voicemail": getattr(_or_none(lambda: ngnpro.voicemail.get_account(one)), "email", ""),
    }


def _or_none(fetch: Callable[[], T]) -> T | None:
    """Fetch a record, or return ``None`` if NGNPro refuses it; an ``Outage`` is raised, and the mail is sent later."""
    with suppress(errors.Refusal):
        return fetch()
    return None


def clear_password(account: SipAccount) -> str:
    """Return the SIP password if the platform stores it in clear text; empty for a pair of hashes."""
    return "" if is_digest_pair(account.password) else account.password


ACCOUNT_INFORMATION = register_mail_kind(
    MailKind(
        name="account-information",
        label=_("Account information"),
        read=read_account_information,
        variables=ACCOUNT_VARIABLES
        | {
            "username": _("the part before the @"),
            "domain": _("the part after the @"),
            "password": _("the SIP password; empty if it is stored encrypted"),
            "has_letters": _("“yes” if the username has letters, so that their case matters"),
            "blank_ends": _("“yes” if a password in this mail begins or ends with a space"),
            "encrypted": _("“yes” if the SIP password is not in this mail because it is stored encrypted"),
            "withheld": _("“yes” if passwords are not in this mail because its sender may not see them"),
            "web_password": _("the web password; empty if there is none, or only a hash of it"),
            "web_password_hidden": _("“yes” if there is a web password that is stored encrypted"),
            "proxy": _("the SIP proxy"),
            "outbound_proxy": _("the outbound proxy"),
            "xcap_root": _("the XCAP root"),
            "numbers": _("the telephone numbers, a list"),
            "aliases": _("the aliases, a list"),
            "voicemail": _("the e-mail address that voicemail messages are sent to"),
            "pstn": _("“yes” if external telephone numbers may be called"),
            "codes": _("codes to dial, a list with label and code"),
        },
        parts={"label": _("what a code does"), "code": _("the code")},
        secrets=frozenset({"password", "web_password"}),
    )
)


def wanted_information(recipient: str, *, password: str = "", with_passwords: bool = True) -> WantedMail:
    """Return the mail for a write that adds an account; the arguments are those of ``queue_account_information``."""
    return WantedMail(ACCOUNT_INFORMATION.name, recipient, password, {} if with_passwords else {WITHHELD: True})


def queue_account_information(
    address: str,
    recipient: str,
    engine: str = "",
    *,
    reseller: int,
    password: str = "",
    key: str = "",
    with_passwords: bool = True,
) -> OutboxMessage:
    """Queue the account information of a SIP account; it is read from NGNPro when the mail is written.

    ``password`` is the SIP password if it is known only now: when an account is added, on a platform that stores a hash
    of it. Without ``with_passwords``, the mail holds no password that NGNPro returns: for senders who may not see
    passwords, because they may be able to change the recipient's address. The other arguments are those of
    ``queue_mail``.
    """
    facts = {} if with_passwords else {WITHHELD: True}
    kind = ACCOUNT_INFORMATION.name
    return queue_mail(kind, address, recipient, engine, reseller=reseller, facts=facts, secret=password, key=key)
