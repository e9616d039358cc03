"""The account behind a number: how it stands, which ones there are to choose from, and giving the number to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.status import Unknown, ask, fetch_standing, or_none, verdict, verdict_sentence
from portal.core.faults import explain
from portal.core.forms import pattern, split_address
from portal.core.writes import Writes
from portal.enum.coverage import free_numbers
from portal.ngnpro import Ngnpro, OrderBy, Page, Query, Range, errors
from portal.ngnpro.records import EnumMapping, EnumNumber, EnumRange, SipAccount, SipFilter, SipId

SIP = ("sip:", "sips:")
CHOICES = Range(0, 20)


@dataclass(frozen=True, slots=True)
class Behind:
    """The account that a number leads to first: its address, and how it stands, as a lamp's state and a sentence.

    ``account`` is the address of its page, empty where there is none. ``alias`` is the alias on the way, if any.
    """

    address: str
    state: str
    sentence: str
    account: str = ""
    alias: str = ""


def sip_target(record: EnumNumber) -> SipId | None:
    """Find the SIP address that is tried first; ``None`` where a number has none."""
    for mapping in sorted(record.mappings, key=lambda mapping: mapping.priority):
        scheme, _colon, address = mapping.mapto.partition(":")
        if f"{scheme.lower()}:" in SIP and (found := address_of(address)):
            return found
    return None


def address_of(text: str) -> SipId | None:
    """Read a SIP address; ``None`` where a text is none, as odd targets in NGNPro and in URLs are."""
    try:
        return SipId.parse(text)
    except ValueError:
        return None


def behind(ngnpro: Ngnpro, record: EnumNumber) -> Behind | None:
    """Say how the account stands that a number leads to: at most ten calls, one after the other.

    What NGNPro would not tell is said in the sentence, and never spoils the number's own page.
    """
    target = sip_target(record)
    if target is None:
        return None
    found = ask(lambda: _account_at(ngnpro, target))
    if isinstance(found, Unknown):
        return Behind(str(target), "", found.reason)
    account, alias = found
    if account is None:
        words = _("%(address)s is no account of this platform; whether calls arrive there is not known here.")
        return Behind(str(target), "warn", words % {"address": alias or target}, alias=alias)
    verdict_now = verdict(account, fetch_standing(ngnpro, account))
    sentence = verdict_sentence(account, verdict_now)
    return Behind(str(target), verdict_now.state, sentence, str(account.id), alias)


def _account_at(ngnpro: Ngnpro, target: SipId) -> tuple[SipAccount | None, str]:
    """Find an account by its address, else by an alias; the text is the alias."""
    account = or_none(lambda: ngnpro.sip.get_account(target))
    if account is not None:
        return account, ""
    alias = or_none(lambda: ngnpro.sip.get_alias(target))
    if alias is None:
        return None, ""
    return or_none(lambda: ngnpro.sip.get_account(alias.target)), str(alias.id)


def choices(ngnpro: Ngnpro, typed: str) -> Page[SipAccount]:
    """Find accounts by the beginning of the address, else of the last name, for choosing one: at most two calls."""
    username, domain = split_address(typed)
    order = OrderBy("username")
    page = ngnpro.sip.get_accounts(
        Query(filter=SipFilter(username=username, domain=domain), order_by=order, range=CHOICES)
    )
    if page.total or "@" in typed:
        return page
    return ngnpro.sip.get_accounts(Query(filter=SipFilter(last_name=pattern(typed)), order_by=order, range=CHOICES))


def moved(record: EnumNumber, address: SipId) -> EnumNumber:
    """Let a number lead to another account: in the place of the SIP address that was tried first, else before all."""
    before = sip_target(record)
    if before is None:
        return replace(record, mappings=(EnumMapping(mapto=f"sip:{address}", priority=1), *record.mappings))
    mappings = (
        replace(mapping, mapto=f"{mapping.mapto.partition(':')[0]}:{address}") if leads_to(mapping, before) else mapping
        for mapping in record.mappings
    )
    return replace(record, mappings=tuple(mappings))


def leads_to(mapping: EnumMapping, address: SipId) -> bool:
    """Tell whether a mapping's target is a SIP address, whatever its letters' case."""
    return mapping.mapto.lower() in (f"{scheme}{address}" for scheme in SIP)


def show_as_caller_id(
    ngnpro: Ngnpro, writes: Writes, number: str, to: SipId | None, instead_of: SipId | None = None
) -> Iterator[str]:
    """Make a number the caller-ID of one account, and take it from another that shows it; yield what went wrong."""
    for address, wanted in ((to, number), (instead_of, "")):
        if address is None or (not wanted and instead_of == to):
            continue
        try:
            _set_caller_id(ngnpro, writes, address, number, wanted)
        except errors.Refusal as refusal:
            yield _("The caller-ID of %(address)s is as it was: %(reason)s") % {
                "address": address,
                "reason": explain(refusal).what,
            }


def _set_caller_id(ngnpro: Ngnpro, writes: Writes, address: SipId, number: str, wanted: str) -> None:
    account = or_none(lambda: ngnpro.sip.get_account(address))
    if account is None or account.rpid == wanted or (not wanted and account.rpid.removeprefix("+") != number):
        return
    after = replace(account, rpid=wanted)
    with writes.change(account, after) as write:
        write.stored = ngnpro.sip.update_account(after)


def offered(ngnpro: Ngnpro) -> list[tuple[EnumRange, tuple[str, ...]]]:
    """Offer free numbers; none where NGNPro does not tell its ranges."""
    found = ask(lambda: free_numbers(ngnpro))
    return [] if isinstance(found, Unknown) else found


def lacks_caller_id(ngnpro: Ngnpro, target: str) -> bool:
    """Tell whether a target is an account that shows no number yet: one call."""
    address = address_of(target)
    if address is None:
        return False
    found = ask(lambda: or_none(lambda: ngnpro.sip.get_account(address)))
    return isinstance(found, SipAccount) and not found.rpid


@dataclass(frozen=True, slots=True)
class Back:
    """From which form an account is searched, and the way back to it with the one that was chosen."""

    page: str
    number: str
    tld: str

    @classmethod
    def of(cls, params: QueryDict) -> Back:
        page = params.get("for", "add")
        known = page if page in ("add", "edit", "move") else "add"
        return cls(known, params.get("number", "")[:40], params.get("tld", "")[:255])

    @property
    def name(self) -> str:
        """The parameter that takes the chosen account."""
        return "account" if self.page == "move" else "target"

    @property
    def start(self) -> str:
        """Give the form's address up to the chosen account."""
        if self.page != "add" and self.number and self.tld:
            return f"{reverse(f'enum:numbers:{self.page}', args=[self.number, self.tld])}?{self.name}="
        known = {name: value for name, value in (("number", self.number), ("tld", self.tld)) if value}
        return f"{reverse('enum:numbers:add')}?{urlencode({**known, 'target': ''})}"
