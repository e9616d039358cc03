"""The two accounts whose phones call each other in `make run-platform`: Anna calls Bert every fifteen seconds."""

from __future__ import annotations

import contextlib
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.records import SipAccount, SipDomain, SipId
from portal.running.commands import HOST

DOMAIN = "phones.example"
ANNA, BERT = SipId(username="anna", domain=DOMAIN), SipId(username="bert", domain=DOMAIN)


def phone_password(file: Path) -> str:
    """Return the SIP password of both accounts, which is made up once and kept in a file."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(16))
    return file.read_text()


def phone_commands(sip_port: int) -> Iterator[tuple[str, list[str]]]:
    """Yield the name and the command line of each phone."""
    words = [sys.executable, "-m", "portal.running.platform.softphone", "--proxy", f"{HOST}:{sip_port}"]
    yield BERT.username, [*words, "--account", str(BERT)]
    yield ANNA.username, [*words, "--account", str(ANNA), "--call", str(BERT)]


def phone_environment(environment: Mapping[str, str], password: str) -> dict[str, str]:
    """Return the environment of a phone."""
    return {**environment, "SOFTPHONE_PASSWORD": password}


def add_accounts(ngnpro: Ngnpro, password: str) -> None:
    """Add the domain and the accounts of both phones, unless they exist."""
    with contextlib.suppress(errors.AlreadyExists):
        ngnpro.sip.add_domain(SipDomain(domain=DOMAIN))
    for address in (ANNA, BERT):
        account = SipAccount(
            id=address,
            first_name=address.username.capitalize(),
            last_name="Phone",
            password=password,
            timezone="Europe/Amsterdam",
            email=str(address),
        )
        with contextlib.suppress(errors.AlreadyExists):
            ngnpro.sip.add_account(account)
