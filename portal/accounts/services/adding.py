"""Add an account together with its mailbox, aliases and number, or nothing at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from ngnpro_wire.facts.fault_codes import FaultCode
from portal.accounts.choices import WantedExtras
from portal.accounts.voicemail.choices import USUAL
from portal.accounts.voicemail.services import send_calls_to, send_no_calls_to
from portal.core.error_pages import explain_error
from portal.core.in_words import number_in_groups
from portal.core.sip_accounts import address_taken_by
from portal.core.writes import State, Write, Writes
from portal.enum.coverage import belongs_to, coverage_of, next_free, numbers_of
from portal.ngnpro import Ngnpro, OrderBy, errors
from portal.ngnpro.ports.base import iterate_records
from portal.ngnpro.records import (
    AliasFilter,
    EnumId,
    EnumMapping,
    EnumNumber,
    EnumRange,
    SipAccount,
    SipAlias,
    SipFilter,
    SipId,
    VoicemailAccount,
)

FIRST_NUMBER = 1001


@dataclass(frozen=True, slots=True)
class AddedAccount:
    """The result of adding: the account, and descriptions of the extras that were added with it.

    If an extra failed and the others could not be removed again, ``missing`` describes it and ``problem`` is the error.
    ``unsure``: it is unknown whether ``missing`` was added, so nothing was removed.
    """

    account: SipAccount
    made: tuple[str, ...] = ()
    missing: str = ""
    problem: errors.NgnproError | None = None

    @property
    def has_mailbox(self) -> bool:
        return _("Mailbox") in self.made

    @property
    def unsure(self) -> bool:
        return isinstance(self.problem, errors.Outage) and not self.problem.nothing_changed


@dataclass(frozen=True, slots=True)
class AccountExtra:
    """An extra of a new account: description, form field, record, and functions that add and remove it.

    ``add`` returns the record as stored. ``record`` is ``None`` if the functions announce their changes themselves.
    """

    what: str
    field: str
    record: SipAlias | VoicemailAccount | EnumNumber | None
    add: Callable[[], State | None]
    remove: Callable[[], None]


def next_number(ngnpro: Ngnpro, domain: str, lowest: str = "") -> str:
    """Return the next number for a username: above the domain's highest, or the first free one from ``lowest`` on.

    Digits sort before letters, so fetching of accounts and aliases stops at the first one that begins with a letter.
    """
    taken = set(_numbers_in(account.id for account in ngnpro.sip.iter_accounts(SipFilter(domain=domain))))
    aliases = iterate_records(ngnpro.sip.get_aliases, AliasFilter(alias_domain=domain), OrderBy("aliasUsername"), 1000)
    taken |= set(_numbers_in(alias.id for alias in aliases))
    width = len(lowest)
    number = int(lowest) if lowest else max(map(int, taken), default=FIRST_NUMBER - 1) + 1
    while f"{number:0{width}}" in taken:
        number += 1
    return f"{number:0{width}}"


def _numbers_in(ids: Iterator[SipId]) -> Iterator[str]:
    for one in ids:
        if one.username[:1] > "9":
            return
        if one.username.isascii() and one.username.isdecimal():
            yield one.username


def with_next_number(ngnpro: Ngnpro, account: SipAccount) -> SipAccount:
    """Return the account with the next number of its domain as username."""
    username = next_number(ngnpro, account.id.domain, account.id.username)
    return replace(account, id=replace(account.id, username=username))


def add_whole(ngnpro: Ngnpro, writes: Writes, account: SipAccount, wish: WantedExtras) -> AddedAccount:
    """Add an account and its extras, in order; if one fails, remove everything again in reverse order.

    Raises NGNPro's error about the account, or about an extra if everything else was removed again; a refusal then has
    the extra's form field, and a note with its description. If the removal fails, the result lists what is stored.
    """
    field = "number" if wish.number else "number_range"
    if wish.number_range:
        _check_range(ngnpro, account, wish.number_range, field)
    number = wish.number or (_next_of(ngnpro, wish.number_range) if wish.number_range else None)
    stored = _add(ngnpro, replace(account, rpid=number.number) if number and wish.caller_id else account)
    done: list[tuple[AccountExtra, list[Write]]] = []
    for step in _extras_of(ngnpro, writes, stored, replace(wish, number=number), field):
        try:
            with writes.collect() as made, _announced(writes, None, step.record) as write:
                result = step.add()
                if write is not None:
                    write.stored = result
        except errors.NgnproError as problem:
            unsure = isinstance(problem, errors.Outage) and not problem.nothing_changed
            left = done if unsure else _take_back(writes, done)
            if unsure or left or not _forget(ngnpro, writes, stored):
                return AddedAccount(stored, tuple(one.what for one, _made in left), step.what, problem)
            writes.mark_undone()
            raise _as_of(step, problem) from None
        done.append((step, made))
    return AddedAccount(stored, tuple(step.what for step, _made in done))


def _announced(writes: Writes, before: State | None, after: State | None) -> AbstractContextManager[Write | None]:
    """Announce the change of an extra, unless it has no record because it announces its own changes."""
    return nullcontext() if before is after is None else writes.change(before, after)


def _add(ngnpro: Ngnpro, account: SipAccount) -> SipAccount:
    """Add only the account; if its address is in use, add a note to the refusal that says by what."""
    try:
        return ngnpro.sip.add_account(account)
    except errors.AlreadyExists as refusal:
        if words := address_taken_by(ngnpro, account.id):
            refusal.add_note(words)
        raise


def _as_of(step: AccountExtra, problem: errors.NgnproError) -> errors.NgnproError:
    """Convert the error of an extra to an error of the whole form, which states that nothing is stored."""
    if isinstance(problem, errors.Refusal):
        problem.field = step.field
        problem.add_note(f"{step.what}: {explain_error(problem).what}")
    if isinstance(problem, errors.Outage):
        problem.sent, problem.nothing_changed = False, True
    return problem


def _take_back(writes: Writes, done: list[tuple[AccountExtra, list[Write]]]) -> list[tuple[AccountExtra, list[Write]]]:
    """Remove the extras in reverse order; stop if one cannot be removed, and return those that remain.

    ``done`` are the extras, each with the writes that added it.
    """
    left = list(done)
    while left:
        step, made = left[-1]
        try:
            with writes.collect() as removed, _announced(writes, step.record, None):
                step.remove()
        except errors.Missing:
            pass
        except errors.NgnproError:
            break
        left.pop()
        writes.mark_undone((*made, *removed))
    return left


def _forget(ngnpro: Ngnpro, writes: Writes, account: SipAccount) -> bool:
    try:
        with writes.change(account, None):
            ngnpro.sip.delete_account(account.id)
    except errors.Missing:
        return True
    except errors.NgnproError:
        return False
    return True


def _extras_of(
    ngnpro: Ngnpro, writes: Writes, account: SipAccount, wish: WantedExtras, field: str
) -> Iterator[AccountExtra]:
    """Yield the extras of an account, in the order in which they are added; ``field`` is that of the number."""
    if wish.pin:
        yield from _mailbox(ngnpro, writes, account, wish.pin)
    for alias in wish.aliases:
        yield _alias(ngnpro, account, alias)
    if wish.number:
        yield _number(ngnpro, account, wish.number, field)


def _check_range(ngnpro: Ngnpro, account: SipAccount, number_range: EnumRange, field: str) -> None:
    """Raise ``Refusal`` if a range belongs to a customer who has to do with neither the account nor its domain."""
    domain = ngnpro.sip.find_domain(account.id.domain)
    if domain is None or belongs_to(
        number_range, owner=account.owner, customer=domain.customer, reseller=domain.reseller
    ):
        return
    foreign = errors.Refusal(0, "The range belongs to another customer.", field)
    foreign.add_note(
        _("The numbers that begin with +%(prefix)s belong to another customer than the domain %(domain)s.")
        % {"prefix": number_range.id.prefix, "domain": account.id.domain}
    )
    raise foreign


def _next_of(ngnpro: Ngnpro, number_range: EnumRange) -> EnumId:
    """Return the next free number of a range.

    Raises ``CreditExhausted`` if the range is full, and ``Refusal`` if no free number could be found in it.
    """
    numbers = numbers_of(ngnpro, number_range)
    free = next_free(ngnpro, number_range, numbers)
    if free is None and coverage_of(number_range, numbers).left:
        unknown = errors.Refusal(
            0, _("No free number was found in this range. Type the number instead."), "number_range"
        )
        raise unknown
    if free is None:
        full = errors.CreditExhausted(FaultCode.RANGE_FULL, "The range is full.", "number_range")
        full.add_note(explain_error(full).what)
        raise full
    return EnumId(number=free, tld=number_range.id.tld)


def _mailbox(ngnpro: Ngnpro, writes: Writes, account: SipAccount, pin: str) -> Iterator[AccountExtra]:
    """Yield the mailbox, and then the diversions to it in the usual cases (contract: Call handling)."""
    name = f"{account.first_name} {account.last_name}".strip()
    record = VoicemailAccount(sip_id=account.id, name=name, email=account.email, password=pin)
    stored = [record]

    def add() -> VoicemailAccount:
        stored[0] = ngnpro.voicemail.add_account(record)
        return stored[0]

    def announce(part: str, before: State, after: State) -> AbstractContextManager[Write]:
        return writes.change(before, after, about=("account", str(account.id)), part=part)

    yield AccountExtra(
        _("Mailbox"), "mailbox", record, add=add, remove=lambda: ngnpro.voicemail.delete_account(account.id)
    )
    yield AccountExtra(
        _("Forwarding to the mailbox"),
        "mailbox",
        None,
        add=lambda: send_calls_to(ngnpro, writes, announce, stored[0], USUAL),
        remove=lambda: send_no_calls_to(ngnpro, writes, announce, stored[0]),
    )


def _alias(ngnpro: Ngnpro, account: SipAccount, alias: SipId) -> AccountExtra:
    record = SipAlias(id=alias, target=account.id, owner=account.owner)
    return AccountExtra(
        _("Alias %(alias)s") % {"alias": alias},
        "aliases",
        record,
        add=lambda: ngnpro.sip.add_alias(record),
        remove=lambda: ngnpro.sip.delete_alias(alias),
    )


def _number(ngnpro: Ngnpro, account: SipAccount, number: EnumId, field: str) -> AccountExtra:
    record = EnumNumber(id=number, owner=account.owner, mappings=(EnumMapping(mapto=f"sip:{account.id}"),))
    return AccountExtra(
        _("Number %(number)s") % {"number": number_in_groups(number.number)},
        field,
        record,
        add=lambda: ngnpro.enum.add_number(record),
        remove=lambda: ngnpro.enum.delete_number(number),
    )
