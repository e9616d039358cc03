"""SIP accounts as a client would send them: people, shared phones and trunks of an office, with realistic settings."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from random import Random

from ngnpro_server.call import Record
from ngnpro_wire.facts.passwords import digests_of_password

from .offices import Office
from .people import Person, ascii_login, draw_person

# the percentage of people in each group
_HABITS = (
    ("missed-calls", 30),
    ("sms", 10),
    ("anonymous-reject", 5),
    ("anonymous", 4),
    ("deny-password-change", 3),
    ("payments", 2),
    ("rate-on-net", 1),
)
_PORTAL_LANGUAGES = frozenset({"en", "ro", "nl", "es", "de"})


def office_accounts(random: Random, office: Office) -> Iterator[Record]:
    """Yield fictitious accounts of an office: people, with shared phones and trunks among them."""
    taken: set[str] = set()
    trunks = {office.accounts * (i + 1) // (office.trunks + 1) for i in range(office.trunks)}
    places = iter(office.places)
    every = max(office.accounts // (len(office.places) + 1), 2)
    for index in range(office.accounts):
        if index in trunks:
            yield _trunk(random, office, index, taken)
        elif index % every == 0 and (place := next(places, None)) is not None:
            yield _place(random, office, index, place, taken)
        else:
            yield _person(random, office, index, taken)


def _person(random: Random, office: Office, index: int, taken: set[str]) -> Record:
    person = draw_person(random, office.languages)
    login = _free(person.login, taken)
    account = _account(office, _username(office, index, login, taken))
    groups, limits = _rights(random)
    has_number = "free-pstn" in groups
    account |= {
        "firstName": person.first_name,
        "lastName": person.last_name,
        "email": f"{login}@{office.mail_domain}",
        "rpid": office.number(index) if has_number else "",
        "groups": groups,
        "callLimit": random.choice((0, 0, 0, 2, 4)) if has_number else 0,
        "timeout": random.choice((35, 35, 35, 35, 20, 25, 45, 60)),
        "acl": _networks(random, office) if random.random() < 0.06 else [],
        "properties": _properties(random, office, index, person, account["id"]) + limits.pop("properties"),
    }
    return account | limits


def _place(random: Random, office: Office, index: int, place: str, taken: set[str]) -> Record:
    """Return the account of a shared phone, such as one in a meeting room."""
    word, _, rest = place.partition(" ")
    login = _free(ascii_login(place), taken)
    account = _account(office, _username(office, index, login, taken))
    return account | {
        "firstName": word,
        "lastName": rest,
        "email": f"{login}@{office.mail_domain}",
        "rpid": office.number(index),
        "groups": ["free-pstn", "voicemail"] if random.random() < 0.5 else ["free-pstn"],
        "callLimit": 2,
        "acl": _networks(random, office)[:1],
        "properties": [],
    }


def _trunk(random: Random, office: Office, index: int, taken: set[str]) -> Record:
    """Return the account of a telephone system with many simultaneous calls, usable only from its own address."""
    account = _account(office, _free("trunk", taken))
    address = f"{office.network.rpartition('.')[0]}.{250 - index % 40}"
    return account | {
        "firstName": "Trunk",
        "lastName": office.domain,
        "email": f"voip@{office.mail_domain}",
        "rpid": office.number(0),
        "groups": ["free-pstn", "trunking"],
        "callLimit": random.choice((10, 20, 30, 60)),
        "quota": 0,
        "acl": [{"ip": address, "mask": 32, "tag": "exchange"}],
        "properties": [],
    }


def _account(office: Office, username: str) -> Record:
    number = office.numbers.prefix
    return {
        "id": {"username": username, "domain": office.mail_domain},
        "password": secrets.token_urlsafe(12),
        "timezone": office.timezone,
        "region": office.region,
        "quickdialPrefix": number if office.usernames == "number" and username.startswith(number) else "",
    }


def _username(office: Office, index: int, login: str, taken: set[str]) -> str:
    if office.usernames == "extension":
        return _free(str(office.first + index), taken)
    if office.usernames == "number":
        return _free(office.number(index), taken)
    return login


def _free(wanted: str, taken: set[str]) -> str:
    """Return a name that is not taken, with a number appended if necessary, and add it to ``taken``."""
    name = next(n for n in itertools.chain((wanted,), (f"{wanted}{i}" for i in itertools.count(2))) if n not in taken)
    taken.add(name)
    return name


def _rights(random: Random) -> tuple[list[str], Record]:
    """Return the groups of a person, and the members of the account that depend on them."""
    groups = [name for name, share in _HABITS if random.random() * 100 < share]
    limits: Record = {"quota": 0, "prepaid": 0, "properties": []}
    if random.random() < 0.55:
        groups.append("voicemail")
    if random.random() < 0.80:
        groups.append("free-pstn")
        if random.random() < 0.10:
            groups.append("prepaid")
            limits["prepaid"] = 1
        else:
            limits["quota"] = random.choice((0, 0, 10, 25, 25, 50, 100, 250))
        if limits["quota"] and random.random() < 0.05:
            groups.append("quota")
    if random.random() < 0.03:
        groups.append("blocked")
        limits["properties"] = [{"name": "blocked_by", "value": random.choice(("customer", "reseller"))}]
    return groups, limits


def _properties(random: Random, office: Office, index: int, person: Person, sip_id: Record) -> list[Record]:
    language = person.language if person.language in _PORTAL_LANGUAGES else "en"
    found = [{"name": "language", "value": language}]
    if random.random() < 0.25:
        found.append({"name": "mobile_number", "value": f"+{office.mobiles.number(office.first + index)}"})
    if random.random() < 0.15:
        found.append({"name": "web_password", "value": _web_password(random, sip_id)})
    if random.random() < 0.05:
        found.append({"name": "show_barring_tab", "value": "1"})
    return found


def _web_password(random: Random, sip_id: Record) -> str:
    """Return a web password, in clear text or as the digests that some clients send."""
    password = secrets.token_urlsafe(9)
    if random.random() < 0.6:
        return password
    return ":".join(digests_of_password(sip_id["username"], sip_id["domain"], password))


def _networks(random: Random, office: Office) -> list[Record]:
    """Return the networks that an account may be used from: the office and a home."""
    home = {"ip": f"2001:db8:{random.randrange(1, 0xFFFF):x}::", "mask": 48, "tag": "home"}
    return [{"ip": office.network, "mask": 28, "tag": "office"}, home]
