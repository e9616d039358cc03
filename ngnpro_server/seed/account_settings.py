"""Settings of accounts: mailboxes, diversions, accept rules, barred destinations and phonebooks."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import timedelta

from ngnpro_server.ports.sip.settings.callers import NOBODY
from ngnpro_server.ports.sip.settings.diversions import VOICE_MAILBOX
from ngnpro_server.store.schema import (
    accept_rules,
    barring_prefixes,
    diversions,
    mailboxes,
    phonebook,
    reject_members,
    temporary_accept_rules,
)
from ngnpro_server.store.settings import FIRST_MAILBOX, diversion_row
from ngnpro_server.values import fold

from .branches import Account, FilledOffice
from .loading import Loader
from .making import Making
from .numbers import CHICAGO, PARIS
from .people import draw_person

# the conditions that divert to a new mailbox (contract: Call handling)
_TO_MAILBOX = ("FBUS", "FNOA", "FNOL")


def load_mailboxes(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load a mailbox for every account in the group ``voicemail``, and diversions for these and others."""
    for account in branch.accounts:
        targets: dict[str, str] = {}
        if account.is_in("voicemail"):
            _load_mailbox(making, loader, account)
            if making.random.random() < 0.8:
                targets = dict.fromkeys(_TO_MAILBOX, VOICE_MAILBOX)
        targets |= _elsewhere(making, branch, account)
        loader.add(
            diversions,
            *({"account_id": account.id, **diversion_row(*one)} for one in targets.items()),
        )


def _load_mailbox(making: Making, loader: Loader, account: Account) -> None:
    mailbox_id = loader.next_id(mailboxes)
    mailbox = {
        "id": mailbox_id,
        "account_id": account.id,
        "mailbox": str(FIRST_MAILBOX + mailbox_id),
        "name": account.name,
        "password": f"{secrets.randbelow(10**6):06}",
        "email": account.record["email"],
        "delete_mailed": making.random.random() < 0.4,
        "info": "",
        "announcement": None,
        "change_date": making.moment(account.created),
    }
    loader.add(mailboxes, mailbox)


def _elsewhere(making: Making, branch: FilledOffice, account: Account) -> dict[str, str]:
    """Return diversions, by condition: for some accounts to the mobile phone, for some to a colleague."""
    if account.mobile and making.random.random() < 0.4:
        condition = making.random.choice(("FNOA", "FNOL", "FUNC"))
        return {condition: f"sip:{account.mobile}@{account.domain}"}
    if making.random.random() < 0.08:
        colleague = making.random.choice(branch.accounts)
        if colleague.id != account.id:
            return {making.random.choice(("FBUS", "FUNV", "FUNC")): f"sip:{colleague.address}"}
    return {}


_WORKDAYS, _WEEKEND = 31, 96
_WEEKS = (
    ((_WORKDAYS, "08:30", "17:30", "everybody"), (_WORKDAYS, "17:31", "22:00", "family vip")),
    ((_WORKDAYS, "09:00", "18:00", "everybody"), (_WEEKEND, "10:00", "16:00", "friends family")),
    ((127, "07:00", "23:00", "business coworkers vip"),),
)
# prefixes of expensive numbers
_EXPENSIVE = ("+4490", "+49900", "+3190", "+1900", "+882", "+870")


def load_callers(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load accept rules, rejected callers and barred destinations for some of the people."""
    for account in branch.people:
        chance = making.random.random()
        if chance < 0.10:
            _load_week(making, loader, account)
        elif chance < 0.13:
            minutes = making.random.choice((60, 240, 480))
            rule = {"groups": NOBODY, "expires": making.now + timedelta(minutes=minutes)}
            loader.add(temporary_accept_rules, {"account_id": account.id, **rule})
        if making.random.random() < 0.06:
            _load_rejected(making, loader, account)
        if account.is_in("free-pstn") and making.random.random() < 0.10:
            for prefix in making.random.sample(_EXPENSIVE, k=making.random.randint(1, 4)):
                loader.add(barring_prefixes, {"account_id": account.id, "prefix": prefix})


def _load_week(making: Making, loader: Loader, account: Account) -> None:
    for position, (days, start, stop, groups) in enumerate(making.random.choice(_WEEKS)):
        rule = {"position": position, "days": days, "start": start, "stop": stop, "groups": groups}
        loader.add(accept_rules, {"account_id": account.id, **rule})


def _load_rejected(making: Making, loader: Loader, account: Account) -> None:
    uris = [f"sip:00{block.number(making.random.randrange(60, 99))}@{account.domain}" for block in (CHICAGO, PARIS)]
    for position, uri in enumerate([*uris[: making.random.randint(1, 2)], "sip:*@spam.example"]):
        loader.add(reject_members, {"account_id": account.id, "position": position, "uri": uri})


_GROUPS = ("business", "business", "friends", "family", "vip", "")
_SHARE = 0.15


def load_phonebooks(making: Making, loader: Loader, branch: FilledOffice) -> None:
    """Load phonebooks for some of the people."""
    for account in branch.people:
        if making.random.random() > _SHARE:
            continue
        entries = {uri: columns for uri, columns in _entries(making, branch) if uri != f"sip:{account.address}"}
        for uri, columns in entries.items():
            loader.add(phonebook, {"account_id": account.id, "uri": uri, **columns})


def _entries(making: Making, branch: FilledOffice) -> Iterator[tuple[str, dict[str, str]]]:
    for colleague in making.random.choices(branch.accounts, k=making.random.randint(1, 4)):
        yield f"sip:{colleague.address}", _columns(colleague, "coworkers")
    for index in making.random.choices(range(branch.office.mobiles.size), k=making.random.randint(1, 5)):
        person = draw_person(making.random, branch.office.languages)
        names = {"first_name": person.first_name, "last_name": person.last_name}
        name = f"{person.first_name} {person.last_name}"
        uri = f"sip:00{branch.office.mobiles.number(index)}@{branch.domain['domain']}"
        yield uri, {"name": name, "name_key": fold(name), "group_name": making.random.choice(_GROUPS), **names}


def _columns(colleague: Account, group: str) -> dict[str, str]:
    return {
        "name": colleague.name,
        "name_key": fold(colleague.name),
        "group_name": group,
        "first_name": colleague.record["firstName"],
        "last_name": colleague.record["lastName"],
    }
