"""What each mail about an account or a customer says: read from NGNPro when the mail is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ngnpro_wire.facts.passwords import is_digest_pair
from portal.core.names import name_of
from portal.core.service import service_ngnpro
from portal.core.web_passwords import clear_web_password
from portal.mail.kinds import ACCOUNT_INFORMATION, WITHHELD
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.brand import Brand, brand_of
from portal.mail.text.words import CODES, field_words
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.records import AliasFilter, EnumNumberFilter, SipAccount, SipId

from . import kinds

T = TypeVar("T")
MOST = Range(0, 20)
HAPPENED = ("added", "removed", "changed")


@dataclass(frozen=True, slots=True)
class Content:
    """What a mail says, in values for its template; whose it is, and which language its recipient wishes."""

    values: dict[str, Any]
    brand: Brand = field(default_factory=Brand)
    language: str = ""


def account_information(message: OutboxMessage) -> Content:
    """Read the account information.

    A SIP password that is stored encrypted comes back from nobody: it is known only from the message itself, which was
    queued when the account was made. A web password that is a hash is left out. Of a message whose sender may not see
    passwords, none that NGNPro returns is in the mail.
    """
    ngnpro = service_ngnpro(message.engine)
    account = ngnpro.sip.get_account(SipId.parse(message.about))
    brand = brand_of(message.engine, account.reseller)
    withheld = bool(message.facts.get(WITHHELD))
    password = message.secret or ("" if withheld else clear_password(account))
    stored = account.get_property("web_password")
    shown = "" if withheld else clear_web_password(account)
    values = {
        **about(account),
        "password": password,
        "encrypted": not password,
        "withheld": withheld and not password,
        "web_password": shown,
        "web_password_hidden": bool(stored and not shown),
        "proxy": brand.get("sip_proxy"),
        "outbound_proxy": brand.get("sip_outbound_proxy"),
        "xcap_root": brand.get("xcap_root"),
        "pstn": "free-pstn" in account.groups,
        "codes": [{"label": label, "code": brand.get(name)} for name, label in CODES if brand.get(name)],
        **belongings(ngnpro, account.id),
    }
    return Content(values, brand, account.get_property("language"))


def belongings(ngnpro: Ngnpro, one: SipId) -> dict[str, Any]:
    """Read what belongs to an account beside its record; what this server does not have is left out."""
    aliases = Query(filter=AliasFilter(target_username=one.username, target_domain=one.domain), range=MOST)
    numbers = Query(filter=EnumNumberFilter(mapto=str(one)), range=MOST)
    return {
        "aliases": [str(alias.id) for alias in _or_none(lambda: ngnpro.sip.get_aliases(aliases)) or ()],
        "numbers": sorted({f"+{row.id.number}" for row in _or_none(lambda: ngnpro.enum.get_numbers(numbers)) or ()}),
        "voicemail": getattr(_or_none(lambda: ngnpro.voicemail.get_account(one)), "email", ""),
    }


def _or_none(fetch: Callable[[], T]) -> T | None:
    """Read what may be missing, or refused to this login; while NGNPro is away the whole mail waits."""
    with suppress(errors.Refusal):
        return fetch()
    return None


def customer_login(message: OutboxMessage) -> Content:
    """Read a customer's login; ``about`` is his number. The password is NGNPro's, and nowhere else."""
    customer = service_ngnpro(message.engine).customers.get_account(int(message.about))
    brand = brand_of(message.engine, customer.reseller)
    values = {
        "name": customer.first_name or name_of(customer),
        "username": customer.username,
        "password": customer.password,
    }
    return Content(values, brand, customer.language)


def account_changed(message: OutboxMessage) -> Content:
    """Name the fields that were changed; their values are in no mail."""
    _account, content = _of_account(message)
    names = [str(name) for name in message.facts.get("fields", ())]
    values = {"fields": field_words(names), "new_email": "email" in names}
    return Content({**content.values, **values}, content.brand, content.language)


def balance_changed(message: OutboxMessage) -> Content:
    """Read the balance as it is now."""
    account, content = _of_account(message)
    found = service_ngnpro(message.engine).sip.get_prepaid_status([account.id])
    balance = f"{found[0].balance:.2f}" if found else ""
    values = {**content.values, "balance": balance, "currency": content.brand.get("currency")}
    return Content(values, content.brand, content.language)


def something_changed(message: OutboxMessage) -> Content:
    """Say what was added, removed or changed, as the message's facts have it."""
    _account, content = _of_account(message)
    facts = {name: message.facts.get(name, "") for name in ("number", "alias", "email")}
    happened = {name: message.facts.get("happened") == name for name in HAPPENED}
    number = facts["number"]
    facts["number"] = f"+{number}" if number.isdigit() else number
    return Content({**content.values, **facts, **happened}, content.brand, content.language)


def mailbox_pin(message: OutboxMessage) -> Content:
    """Say that there is a new PIN; the PIN itself only where the message was queued with it."""
    _account, content = _of_account(message)
    values = {"pin": message.secret, "access_number": content.brand.get("voicemail_access_number")}
    return Content({**content.values, **values}, content.brand, content.language)


def to_person(message: OutboxMessage) -> Content:
    """Say what the message's facts hold, to a person who is known by them: name, language, reseller and the rest."""
    facts = dict(message.facts)
    brand = brand_of(message.engine, int(facts.pop("reseller", 0)))
    return Content(facts, brand, str(facts.pop("language", "")))


def _of_account(message: OutboxMessage) -> tuple[SipAccount, Content]:
    account = service_ngnpro(message.engine).sip.get_account(SipId.parse(message.about))
    content = Content(about(account), brand_of(message.engine, account.reseller), account.get_property("language"))
    return account, content


def about(account: SipAccount) -> dict[str, Any]:
    """Say whose account it is."""
    return {
        "name": account.first_name,
        "address": str(account.id),
        "username": account.id.username,
        "domain": account.id.domain,
    }


def clear_password(account: SipAccount) -> str:
    """Give the SIP password where the platform keeps it in clear text; a pair of hashes says nothing to a person."""
    return "" if is_digest_pair(account.password) else account.password


CONTENTS: dict[str, Callable[[OutboxMessage], Content]] = {
    ACCOUNT_INFORMATION: account_information,
    kinds.CUSTOMER_LOGIN: customer_login,
    kinds.ACCOUNT_CHANGED: account_changed,
    kinds.BALANCE_CHANGED: balance_changed,
    kinds.VOICEMAIL_CHANGED: something_changed,
    kinds.NUMBER_CHANGED: something_changed,
    kinds.ALIAS_CHANGED: something_changed,
    kinds.MAILBOX_PIN: mailbox_pin,
    kinds.NEW_PLACE: to_person,
    kinds.SUPPORT_ENTERED: to_person,
    kinds.IMPORT_ENDED: to_person,
}
