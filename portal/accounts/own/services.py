"""Services of the user's own pages: missed calls, texts of the verdict, and deletion of the account."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import Enum

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.calls.by_day import OneParty, call_link
from portal.accounts.calls.choices import RECEIVED
from portal.accounts.calls.log import FIRST_LEG, CallLine, plain_address
from portal.accounts.calls.services import names_in_phonebook
from portal.accounts.status import AccountReach, AccountVerdict
from portal.core.normal_forms import address_for_mail
from portal.core.sip_accounts import why_not_unblock
from portal.core.viewer import Role, Viewer
from portal.ngnpro import Ngnpro
from portal.ngnpro.leftovers import delete_account
from portal.ngnpro.records import (
    CallQuery,
    CallsQuery,
    SipAccount,
)
from portal.people import links, sessions
from portal.people.models import OneUseLink

DAYS = 14
MOST_CALLS, MOST_MISSED = 50, 4


@dataclass(frozen=True, slots=True)
class Missed:
    """The missed calls of one caller: name, address, time of the latest call, and number of calls."""

    who: str
    uri: str
    at: datetime
    times: int = 1

    @property
    def href(self) -> str:
        """Return the link for calling back; empty if the caller hid their number."""
        return call_link(self.uri)


def missed_calls(ngnpro: Ngnpro, account: SipAccount, zone: tzinfo) -> tuple[Missed, ...]:
    """Return the missed calls of the last two weeks by caller, latest first, with names from the phonebook."""
    since = int((timezone.now() - timedelta(days=DAYS)).timestamp())
    query = CallsQuery(received=CallQuery(from_date=since, limit=MOST_CALLS))
    calls = ngnpro.sip.get_calls(account.id, query).received
    name_of = names_in_phonebook(ngnpro, account.id)
    return by_caller([CallLine(RECEIVED, call, name_of(plain_address(call.from_uri))) for call in calls], zone)


def by_caller(lines: Iterable[CallLine], zone: tzinfo) -> tuple[Missed, ...]:
    """Group missed calls by caller, ordered by the latest call of each; at most ``MOST_MISSED`` callers."""
    found: dict[str, Missed] = {}
    for line in lines:
        if not line.is_missed or line.call.status == FIRST_LEG:
            continue
        last = found.get(line.party)
        if last:
            found[line.party] = replace(last, times=last.times + 1)
        else:
            at = datetime.fromtimestamp(line.call.start_time, UTC).astimezone(zone)
            found[line.party] = Missed(OneParty(line, at).who, line.party, at)
    return tuple(found.values())[:MOST_MISSED]


def own_words(account: SipAccount, found: AccountVerdict, until: str) -> tuple[str, str]:
    """Return the texts of a verdict for the account's user: a heading, and the text next to the lamp.

    ``until`` is the formatted time at which do not disturb ends.
    """
    name = {"name": account.first_name or account.id.username}
    to = {"to": found.target}
    match found.reach:
        case AccountReach.BLOCKED:
            heading, beside = _("Your account is blocked, %(name)s"), _("No calls in or out. Ask your provider.")
        case AccountReach.QUIET if found.minutes:
            heading = _("Do not disturb is on until %(until)s, %(name)s")
            beside = _("no calls come through")
        case AccountReach.QUIET:
            heading, beside = _("Do not disturb is on, %(name)s"), _("no calls come through until you turn it off")
        case AccountReach.FORWARDED:
            heading, beside = _("All your calls are forwarded, %(name)s"), _("to %(to)s") % to
        case AccountReach.UNKNOWN:
            heading, beside = _("Hello %(name)s"), _("whether one of your phones is online is not known")
        case AccountReach.ONLINE:
            heading, beside = _("You can be reached, %(name)s"), _online(account, found)
        case AccountReach.OFFLINE_FORWARDED:
            heading, beside = _("Your phone is off, %(name)s"), _("no phone online, calls go to %(to)s") % to
        case _:
            heading, beside = _("You cannot be reached, %(name)s"), _("no phone online")
    return heading % {**name, "until": until}, f"{beside}. {found.limit}" if found.limit else beside


def _online(account: SipAccount, found: AccountVerdict) -> str:
    online = ngettext("%(phones)s phone online", "%(phones)s phones online", found.phones) % {"phones": found.phones}
    if not found.target:
        return online
    otherwise = {"online": online, "to": found.target, "seconds": account.timeout}
    return _("%(online)s, else %(to)s after %(seconds)s s") % otherwise


class Removal(Enum):
    """What became of a user's wish to delete their account."""

    ASKED = "a link was mailed"
    NO_EMAIL = "the account has no valid e-mail address"
    BLOCKED = "the account is blocked"
    TOO_OFTEN = "too many links in this hour"


def ask_for_removal(viewer: Viewer, account: SipAccount) -> Removal:
    """Queue the mail with the link that deletes an account, unless its user may not delete it, or asks too often."""
    if not address_for_mail(account.email):
        return Removal.NO_EMAIL
    if why_not_unblock(viewer, account):
        return Removal.BLOCKED
    with links.account_link_lock(OneUseLink.Purpose.REMOVAL, str(account.id), viewer.engine) as may_make:
        if not may_make:
            return Removal.TOO_OFTEN
        links.send_removal_link(account, viewer.engine)
    return Removal.ASKED


def delete_own_account(link: OneUseLink, account: SipAccount, source: str) -> bool:
    """Delete the account and end its user's sessions; return ``False`` if the link was used in the meantime.

    Raises ``NgnproError`` if NGNPro refuses or is unavailable; the link is then valid again.
    """
    if not links.spend_link(link):
        return False
    is_deleted = False
    try:
        _delete(link, account, source)
        is_deleted = True
    finally:
        if not is_deleted:
            links.restore_link(link)
    sessions.end_all_sessions(sessions.person_key(Role.SUBSCRIBER, link.engine, link.subject))
    return True


def _delete(link: OneUseLink, account: SipAccount, source: str) -> None:
    writes, ngnpro = links.ngnpro_for_link(link, account, source)
    with writes.change(account):
        delete_account(ngnpro, account.id)
