"""Services of the forwarding page: fetching possible targets, warnings about diversions, and saving."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ngnpro_wire.facts.sip_addresses import user_and_host
from ngnpro_wire.facts.telephone_numbers import international_digits
from portal.accounts.addresses import mailbox_target, target_in_words
from portal.accounts.forwarding.choices.diversions import (
    CONDITIONS,
    COVERED,
    MOBILE_PROPERTY,
    NAMES,
    PSTN,
    UNNUMBERED,
    DiversionOptions,
    WantedDiversions,
    address_keys,
    mobile_of,
    mobile_target,
)
from portal.core.at_once import Together
from portal.core.record_locks import retried_on_conflict
from portal.core.short_codes import remark_on_target
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import (
    VOICE_MAILBOX,
    AliasFilter,
    CallDiversions,
    EnumId,
    EnumNumber,
    EnumNumberFilter,
    SipAccount,
    SipAlias,
    SipId,
    VoicemailAccount,
)

T = TypeVar("T")

SOME = Range(0, 100)
OFFERED = Range(0, 50)
MOST_LOOKS = 12  # the maximum number of accounts to check for a loop: enough for real chains


def fetch_forwarding(
    ngnpro: Ngnpro, account: SipAccount, *, offer_own: bool
) -> tuple[WantedDiversions, DiversionOptions]:
    """Fetch an account's forwarding and the possible targets, with a fixed number of requests.

    ``offer_own``: include the numbers and aliases of the account's owner that point elsewhere.
    """
    one, together = account.id, Together(ngnpro)
    asked_mailbox = together.begin(lambda client: _mailbox(client, one))
    asked_diversions = together.begin(lambda client: client.sip.get_call_diversions(one))
    aliases = Query(filter=AliasFilter(target_username=one.username, target_domain=one.domain), range=SOME)
    asked_aliases = together.begin(lambda client: _found(lambda: client.sip.get_aliases(aliases)))
    numbers = Query(filter=EnumNumberFilter(mapto=str(one)), range=SOME)
    asked_numbers = together.begin(lambda client: _found(lambda: client.enum.get_numbers(numbers)))
    mailbox, diversions = asked_mailbox(), asked_diversions()
    here = {str(one), *(str(alias.id) for alias in asked_aliases()), *(number.id.number for number in asked_numbers())}
    own, more = _own(ngnpro, account, here) if offer_own and account.owner else ((), 0)
    options = DiversionOptions(
        account,
        mailbox=(mailbox.mailbox or UNNUMBERED) if mailbox else "",
        own=own,
        more=more,
        here=frozenset(here),
    )
    return WantedDiversions(diversions=diversions, timeout=account.timeout, mobile=mobile_of(account)), options


def _mailbox(ngnpro: Ngnpro, address: SipId) -> VoicemailAccount | None:
    return or_none(ngnpro.voicemail.get_account, address) if ngnpro.voicemail.offers("getAccount") else None


def _own(ngnpro: Ngnpro, account: SipAccount, here: set[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the owner's numbers and aliases that point elsewhere, as pairs of address and label, and how many more.

    Both are read in the order of their names, up to the limit of ``OFFERED`` each.
    """
    owner, domain = account.owner, account.id.domain
    of_numbers = Query(filter=EnumNumberFilter(owner=owner), order_by=OrderBy("number"), range=OFFERED)
    of_aliases = Query(filter=AliasFilter(owner=owner), order_by=OrderBy("aliasUsername"), range=OFFERED)
    numbers = _found(lambda: ngnpro.enum.get_numbers(of_numbers))
    aliases = _found(lambda: ngnpro.sip.get_aliases(of_aliases))
    uris = [f"sip:+{number.id.number}@{domain}" for number in numbers if number.id.number not in here]
    found = [(uri, target_in_words(uri, domain)) for uri in uris]
    found += [(f"sip:{alias.id}", str(alias.id)) for alias in aliases if str(alias.id) not in here]
    return tuple(found), sum(max(0, page.total - len(page.items)) for page in (numbers, aliases))


def _found(fetch: Callable[[], RecordPage[T]]) -> RecordPage[T]:
    """Return the records that NGNPro finds; none if the server refuses or does not support them."""
    try:
        return fetch()
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return RecordPage(0)


def save_forwarding(
    ngnpro: Ngnpro, writes: Writes, options: DiversionOptions, before: WantedDiversions, after: WantedDiversions
) -> None:
    """Save the changes: first the account, then its diversions, each with its own journal entry."""
    account = options.account
    wanted = with_settings(account, before, after)
    if wanted != account:
        with writes.change(account, wanted) as write:
            write.stored = ngnpro.sip.update_account(wanted)
    diversions = _to_mailbox(ngnpro, options, before.diversions, after.diversions)
    if diversions != before.diversions:
        about = ("account", str(account.id))
        with writes.change(before.diversions, diversions, about=about, part="diversions"):
            ngnpro.sip.set_call_diversions(account.id, diversions)


def _to_mailbox(
    ngnpro: Ngnpro, options: DiversionOptions, before: CallDiversions, after: CallDiversions
) -> CallDiversions:
    """Replace the mailbox keyword by this platform's target in newly diverted cases."""
    new = [name for name in NAMES if getattr(after, name) == VOICE_MAILBOX != getattr(before, name)]
    if not new:
        return after
    number = "" if options.mailbox == UNNUMBERED else options.mailbox
    return replace(after, **dict.fromkeys(new, mailbox_target(ngnpro, options.account, number)))  # type: ignore[arg-type]


def with_settings(account: SipAccount, before: WantedDiversions, after: WantedDiversions) -> SipAccount:
    """Return the account with the changed timeout and mobile number."""
    if after.mobile != before.mobile:
        account = account.with_property(MOBILE_PROPERTY, after.mobile)
    return replace(account, timeout=after.timeout) if after.timeout != before.timeout else account


def obstacle_to_mobile(account: SipAccount) -> str:
    """Return why calls cannot be forwarded to the mobile with one click; empty if they can."""
    if not mobile_of(account):
        return _("No mobile number is known. Enter it below, then forward all calls to it.")
    if PSTN not in account.groups:
        return _("This account lacks the right to call telephone numbers (PSTN), so nothing was forwarded.")
    return ""


@retried_on_conflict
def forward_all(ngnpro: Ngnpro, writes: Writes, account: SipAccount, *, ends: bool) -> None:
    """Forward all calls to the mobile, or end that (``ends``); the other cases are not changed."""
    before = ngnpro.sip.get_call_diversions(account.id)
    target = None if ends else mobile_target(mobile_of(account), account.id)
    if before.func == target:
        return
    after = replace(before, func=target)
    with writes.change(before, after, about=("account", str(account.id)), part="diversions"):
        ngnpro.sip.set_call_diversions(account.id, after)


def diversion_doubts(ngnpro: Ngnpro, options: DiversionOptions, wanted: WantedDiversions) -> list[str]:
    """Return warnings about diversions that point back to the account, or to targets that it may not call."""
    labels = {condition.name: str(condition.label) for condition in CONDITIONS}
    found = []
    for name in NAMES:
        target = wanted.target(name)
        if target and not options.is_mailbox(target) and (doubt := _doubt(ngnpro, options, target)):
            found.append(f"{labels[name]}: {doubt}")
    return found


def _doubt(ngnpro: Ngnpro, options: DiversionOptions, target: str) -> str:
    shown = {"target": target_in_words(target, options.domain)}
    if options.is_here(target):
        return _("%(target)s points to this account itself, so the call would loop.") % shown
    if via := _way_back(ngnpro, options, target):
        return _("%(target)s forwards calls back to this account through %(via)s, so the call would loop.") % {
            **shown,
            "via": via,
        }
    user, host = user_and_host(target)
    if host == options.domain and (remark := remark_on_target(user)):
        return remark
    if (
        host == options.domain
        and international_digits(user)
        and not options.may_call_numbers
        and not _is_ours(ngnpro, user)
    ):
        return _("%(target)s is a telephone number, and this account lacks the right to call those (PSTN).") % shown
    return ""


def _is_ours(ngnpro: Ngnpro, user: str) -> bool:
    return _or_nothing(lambda: ngnpro.enum.get_number(EnumId(number=international_digits(user)))) is not None


def _way_back(ngnpro: Ngnpro, options: DiversionOptions, target: str) -> str:
    """Follow the accounts that a target points to; return the one that diverts to this account, else empty."""
    seen: set[str] = set()
    waiting = [target]
    while waiting and len(seen) < MOST_LOOKS:
        uri = waiting.pop(0)
        for sip_id in _accounts_at(ngnpro, uri, options.domain):
            if str(sip_id) in seen:
                continue
            seen.add(str(sip_id))
            diversions = _or_nothing(lambda one=sip_id: ngnpro.sip.get_call_diversions(one))  # type: ignore[misc]
            onward = [value for name in NAMES if diversions and (value := getattr(diversions, name))]
            if any(options.is_here(value) for value in onward):
                return str(sip_id)
            waiting += [value for value in onward if "@" in value]
    return ""


def _accounts_at(ngnpro: Ngnpro, uri: str, domain: str) -> Iterator[SipId]:
    """Yield the accounts that an address may point to: itself, or the targets of its alias or number."""
    user, host = user_and_host(uri)
    for key in sorted(address_keys(uri, domain)):
        if "@" not in key:
            number: EnumNumber | None = _or_nothing(lambda one=key: ngnpro.enum.get_number(EnumId(number=one)))  # type: ignore[misc]
            for mapping in number.mappings if number else ():
                if mapping.type == "sip" and "@" in mapping.mapto:
                    yield SipId(username=user_and_host(mapping.mapto)[0], domain=user_and_host(mapping.mapto)[1])
            return
    one = SipId(username=user, domain=host)
    alias: SipAlias | None = _or_nothing(lambda: ngnpro.sip.get_alias(one))
    yield alias.target if alias else one


def _or_nothing(fetch: Callable[[], T]) -> T | None:
    """Return the result of ``fetch``, or ``None`` if NGNPro refuses, as it does for records of other customers."""
    try:
        return fetch()
    except (errors.BadLogin, errors.Locked):
        raise
    except errors.Refusal:
        return None


@dataclass(frozen=True, slots=True)
class CallStep:
    """The handling of a call in one case; ``state``: ``skip`` if it is not diverted there, ``end`` if it is."""

    state: str
    what: str
    why: str


def diversion_steps(forwarding: WantedDiversions, options: DiversionOptions) -> list[CallStep]:
    """Return how a call is handled at present, in the order in which the cases are tried."""
    found = [
        _step(forwarding, options, "funv", _("Refused by do not disturb or a weekly rule"), _("The caller is refused")),
        _step(forwarding, options, "func", _("All calls"), _("The phones ring")),
    ]
    if forwarding.target("func"):
        never = _("Never happens while all calls are forwarded")
        return [*found, *(CallStep("skip", str(case.label), never) for case in CONDITIONS if case.name in COVERED)]
    unanswered = ngettext(
        "Not answered in %(seconds)s second", "Not answered in %(seconds)s seconds", forwarding.timeout
    )
    return [
        *found,
        _step(
            forwarding,
            options,
            "fnol",
            _("No phone is online"),
            _("The caller hears that the account cannot be reached"),
        ),
        _step(forwarding, options, "fbus", _("Every phone is busy"), _("The caller hears the busy tone")),
        _step(forwarding, options, "fnoa", unanswered % {"seconds": forwarding.timeout}, _("The call ends")),
    ]


def _step(forwarding: WantedDiversions, options: DiversionOptions, name: str, case: str, else_: str) -> CallStep:
    target = forwarding.target(name)
    if not target:
        return CallStep("skip", case, else_)
    to = _("Voicemail") if options.is_mailbox(target) else target_in_words(target, options.domain)
    return CallStep("end", case, _("To %(target)s") % {"target": to})
