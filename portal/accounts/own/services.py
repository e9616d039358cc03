"""What the user's first page asks for, and what it says of it: one sentence, the calls that he missed, a few lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.addresses import MAILBOX_NAMES, words
from portal.accounts.calls.choices import RECEIVED
from portal.accounts.calls.log import FIRST_LEG, Line, plain_address
from portal.accounts.calls.services import names_in_phonebook
from portal.accounts.status import Unknown, ask, or_none
from portal.core.viewer import Role
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import (
    CallDiversions,
    CallQuery,
    CallsQuery,
    SipAccount,
    SipDeviceLocation,
    TemporaryAcceptRule,
    VoicemailAccount,
)
from portal.ngnpro.records.handling import NOBODY
from portal.people import account_links, sessions
from portal.people.models import AccountLink

DAYS = 14
MOST_CALLS, MOST_MISSED = 50, 4


@dataclass(frozen=True, slots=True)
class Missed:
    """Calls of one caller that nobody answered: who, his address to call back, when last, and how often."""

    who: str
    uri: str
    at: datetime
    times: int = 1

    @property
    def href(self) -> str:
        """Give the link that calls back; empty where the caller hid his number."""
        if is_hidden(self.uri):
            return ""
        number = number_in(self.uri)
        return f"tel:{number}" if number else f"sip:{self.uri}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of the account beside its record; each part may be ``Unknown`` without spoiling the others."""

    devices: tuple[SipDeviceLocation, ...] | Unknown
    diversions: CallDiversions | Unknown
    rule: TemporaryAcceptRule | Unknown
    mailbox: VoicemailAccount | Unknown | None
    missed: tuple[Missed, ...] | Unknown
    spent: float | Unknown
    balance: float | Unknown | None

    @property
    def is_quiet(self) -> bool:
        """Tell whether nobody comes through now."""
        return isinstance(self.rule, TemporaryAcceptRule) and NOBODY in self.rule.groups

    @property
    def quiet_minutes(self) -> int:
        """Count the minutes for which nobody comes through yet; 0 where that has no end of its own."""
        return self.rule.duration if isinstance(self.rule, TemporaryAcceptRule) else 0

    def target(self, case: str, domain: str) -> str:
        """Name where calls go in a case, e.g. ``"func"``; empty where they do not, or NGNPro does not tell."""
        value = "" if isinstance(self.diversions, Unknown) else getattr(self.diversions, case)
        return _("voicemail") if value in MAILBOX_NAMES else words(value, domain) if value else ""


def look(ngnpro: Ngnpro, account: SipAccount, zone: tzinfo) -> Standing:
    """Ask for everything that the page shows: a fixed number of calls."""
    sip, one = ngnpro.sip, account.id
    return Standing(
        devices=ask(lambda: sip.get_sip_device_locations([one])[0].locations),
        diversions=ask(lambda: sip.get_call_diversions(one)),
        rule=ask(lambda: sip.get_accept_rules(one).rules.temporary),
        mailbox=ask(lambda: or_none(lambda: ngnpro.voicemail.get_account(one))),
        missed=ask(lambda: missed_calls(ngnpro, account, zone)),
        spent=ask(lambda: sip.get_call_statistics(one).placed.price),
        balance=ask(lambda: sip.get_prepaid_status([one])[0].balance) if account.prepaid else None,
    )


def missed_calls(ngnpro: Ngnpro, account: SipAccount, zone: tzinfo) -> tuple[Missed, ...]:
    """List who called in vain in the last two weeks, the latest first, with names from the phonebook."""
    since = int((timezone.now() - timedelta(days=DAYS)).timestamp())
    query = CallsQuery(received=CallQuery(from_date=since, limit=MOST_CALLS))
    calls = ngnpro.sip.get_calls(account.id, query).received
    name_of = names_in_phonebook(ngnpro, account.id)
    return by_caller([Line(RECEIVED, call, name_of(plain_address(call.from_uri))) for call in calls], zone)


def by_caller(lines: Iterable[Line], zone: tzinfo) -> tuple[Missed, ...]:
    """Put the missed calls of one caller together, in the order of the latest of each."""
    found: dict[str, Missed] = {}
    for line in lines:
        if not line.is_missed or line.call.status == FIRST_LEG:
            continue
        last = found.get(line.party)
        if last:
            found[line.party] = replace(last, times=last.times + 1)
        else:
            at = datetime.fromtimestamp(line.call.start_time, UTC).astimezone(zone)
            found[line.party] = Missed(line.shown_name or caller(line.party), line.party, at)
    return tuple(found.values())[:MOST_MISSED]


def caller(uri: str) -> str:
    """Name a caller of whom only the address is known: a telephone number by its digits, else the address."""
    if is_hidden(uri):
        return _("Hidden number")
    return number_in(uri) or uri


def number_in(uri: str) -> str:
    """Give the telephone number of an address, with + in place of 00; empty where its user is no number."""
    username = uri.partition("@")[0]
    number = f"+{username[2:]}" if username.startswith("00") else username
    return number if number.removeprefix("+").isdigit() else ""


def is_hidden(uri: str) -> bool:
    """Tell whether the caller kept his number to himself (RFC 3323, section 4.1.1.3)."""
    username, _at, host = uri.partition("@")
    return username in ("", "anonymous", "unknown", "unavailable") or host == "anonymous.invalid"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the user stands: a lamp's state, the heading, and the words beside the lamp."""

    state: str
    heading: str
    words: str


def verdict(account: SipAccount, standing: Standing) -> Verdict:
    """Say in one sentence whether calls reach the user now, and if not why."""
    name = {"name": account.first_name or account.id.username}
    if "blocked" in account.groups:
        return Verdict(
            "bad", _("Your account is blocked, %(name)s") % name, _("No calls in or out. Ask your provider.")
        )
    if standing.is_quiet:
        return Verdict("warn", _("You are not disturbed, %(name)s") % name, _("nobody comes through"))
    if elsewhere := standing.target("func", account.id.domain):
        return Verdict("on", _("All your calls are forwarded, %(name)s") % name, _("to %(to)s") % {"to": elsewhere})
    if isinstance(standing.devices, Unknown):
        return Verdict("", _("Hello %(name)s") % name, _("whether a phone of yours is online is not known"))
    if standing.devices:
        return Verdict(
            "on", _("You can be reached, %(name)s") % name, _online(account, standing, len(standing.devices))
        )
    if instead := standing.target("fnol", account.id.domain):
        said = _("no phone online, calls go to %(to)s") % {"to": instead}
        return Verdict("warn", _("Your phone is off, %(name)s") % name, said)
    return Verdict("", _("You cannot be reached, %(name)s") % name, _("no phone online"))


def _online(account: SipAccount, standing: Standing, phones: int) -> str:
    online = ngettext("%(phones)s phone online", "%(phones)s phones online", phones) % {"phones": phones}
    instead = standing.target("fnoa", account.id.domain)
    if not instead:
        return online
    otherwise = {"online": online, "to": instead, "seconds": account.timeout}
    return _("%(online)s, else %(to)s after %(seconds)s s") % otherwise


def remove(link: AccountLink, account: SipAccount, source: str) -> bool:
    """Delete the account and end its user's sessions; ``False`` if the link was just used.

    ``NgnproError`` when NGNPro refuses or is away; the link is good for another try then.
    """
    if not account_links.take(link):
        return False
    is_gone = False
    try:
        _delete(link, account, source)
        is_gone = True
    finally:
        if not is_gone:
            account_links.give_back(link)
    sessions.end_all(sessions.person_key(Role.SUBSCRIBER, link.engine, link.address))
    return True


def _delete(link: AccountLink, account: SipAccount, source: str) -> None:
    writes, ngnpro = account_links.ngnpro_for(link, account, source)
    with writes.change(account):
        ngnpro.sip.delete_account(account.id)
