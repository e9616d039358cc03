"""The account that a number points to: its status, its caller-ID, and the search for another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.status import Unknown, begin_standing, fetch_or_unknown, or_none, verdict_of, verdict_sentence
from portal.core.at_once import Together
from portal.core.error_pages import explain_error
from portal.core.search_text import filter_pattern, split_address
from portal.core.writes import Writes
from portal.enum.coverage import free_numbers
from portal.enum.numbers.naptr import parse_address, sip_target
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.records import EnumNumber, EnumRange, SipAccount, SipFilter, SipId

CHOICES = Range(0, 20)


@dataclass(frozen=True, slots=True)
class NumberTarget:
    """The account that a number points to first: its address, and its status as a lamp's state and a sentence.

    ``account`` is the key of its page, empty if it has none. ``alias`` is the alias in between, if any.
    """

    address: str
    state: str
    sentence: str
    account: str = ""
    alias: str = ""


def account_of_number(ngnpro: Ngnpro, record: EnumNumber) -> NumberTarget | None:
    """Return the account that a number points to, with its status: at most ten calls, one after the other.

    If NGNPro refuses one of them or does not answer, the sentence says so.
    """
    target = sip_target(record)
    if target is None:
        return None
    found = fetch_or_unknown(lambda: _account_at(ngnpro, target))
    if isinstance(found, Unknown):
        return NumberTarget(str(target), "", found.reason)
    account, alias = found
    if account is None:
        words = _("%(address)s is not an account of this platform; it is not known whether calls arrive there.")
        return NumberTarget(str(target), "warn", words % {"address": alias or target}, alias=alias)
    found_verdict = verdict_of(account, begin_standing(Together(ngnpro), account)())
    sentence = verdict_sentence(account, found_verdict)
    return NumberTarget(str(target), found_verdict.state, sentence, str(account.id), alias)


def _account_at(ngnpro: Ngnpro, target: SipId) -> tuple[SipAccount | None, str]:
    """Return the account with an address, or the one that an alias with this address points to, and the alias."""
    account = or_none(lambda: ngnpro.sip.get_account(target))
    if account is not None:
        return account, ""
    alias = or_none(lambda: ngnpro.sip.get_alias(target))
    if alias is None:
        return None, ""
    return or_none(lambda: ngnpro.sip.get_account(alias.target)), str(alias.id)


def find_accounts(ngnpro: Ngnpro, typed: str) -> RecordPage[SipAccount]:
    """Return the first accounts whose address, or else last name, begins with a text: at most two calls."""
    username, domain = split_address(typed)
    order = OrderBy("username")
    page = ngnpro.sip.get_accounts(
        Query(filter=SipFilter(username=username, domain=domain), order_by=order, range=CHOICES)
    )
    if page.total or "@" in typed:
        return page
    return ngnpro.sip.get_accounts(
        Query(filter=SipFilter(last_name=filter_pattern(typed)), order_by=order, range=CHOICES)
    )


def show_as_caller_id(
    ngnpro: Ngnpro, writes: Writes, number: str, to: SipId | None, instead_of: SipId | None = None
) -> Iterator[tuple[SipId, str]]:
    """Make a number the caller-ID of one account instead of another one; yield which failed, with a sentence why."""
    for address, wanted in ((to, number), (instead_of, "")):
        if address is None or (not wanted and instead_of == to):
            continue
        try:
            _set_caller_id(ngnpro, writes, address, number, wanted)
        except errors.NgnproError as error:
            is_unknown = isinstance(error, errors.Outage) and not error.nothing_changed
            said = _("It is not known whether the caller-ID of %(address)s was changed: %(reason)s")
            said = said if is_unknown else _("The caller-ID of %(address)s was not changed: %(reason)s")
            yield address, said % {"address": address, "reason": explain_error(error).what}


def _set_caller_id(ngnpro: Ngnpro, writes: Writes, address: SipId, number: str, wanted: str) -> None:
    account = or_none(lambda: ngnpro.sip.get_account(address))
    if account is None or account.rpid == wanted or (not wanted and account.rpid.removeprefix("+") != number):
        return
    after = replace(account, rpid=wanted)
    with writes.change(account, after) as write:
        write.stored = ngnpro.sip.update_account(after)


def offered_numbers(ngnpro: Ngnpro, account: SipAccount | None) -> list[tuple[EnumRange, tuple[str, ...]]]:
    """Return free numbers by range, for an account those it may have; an empty list if NGNPro lists no ranges."""
    found = fetch_or_unknown(lambda: free_numbers(ngnpro, account))
    return [] if isinstance(found, Unknown) else found


def account_at_target(ngnpro: Ngnpro, target: str) -> SipAccount | None:
    """Return the account that a target names: at most one call; ``None`` if there is none, or it is unknown."""
    address = parse_address(target)
    if address is None:
        return None
    found = fetch_or_unknown(lambda: or_none(lambda: ngnpro.sip.get_account(address)))
    return found if isinstance(found, SipAccount) else None


@dataclass(frozen=True, slots=True)
class PickerReturn:
    """The form for which an account is searched, and its URL with the chosen account."""

    page: str
    number: str
    tld: str

    @classmethod
    def of(cls, params: QueryDict) -> PickerReturn:
        page = params.get("for", "add")
        known = page if page in ("add", "edit", "move") else "add"
        return cls(known, params.get("number", "")[:40], params.get("tld", "")[:255])

    @property
    def name(self) -> str:
        """The parameter that takes the chosen account."""
        return "account" if self.page == "move" else "target"

    @property
    def start(self) -> str:
        """The URL of the form up to the chosen account."""
        if self.page != "add" and self.number and self.tld:
            return f"{reverse(f'enum:numbers:{self.page}', args=[self.number, self.tld])}?{self.name}="
        known = {name: value for name, value in (("number", self.number), ("tld", self.tld)) if value}
        return f"{reverse('enum:numbers:add')}?{urlencode({**known, 'target': ''})}"
