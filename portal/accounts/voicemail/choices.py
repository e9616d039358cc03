"""Limits, PINs and labels of mailboxes and greetings."""

from __future__ import annotations

import secrets

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ngnpro_wire.facts.passwords import PasswordKind, why_refused
from portal.accounts.addresses import is_mailbox
from portal.ngnpro.records import CallDiversions

# NGNPro accepts requests of up to 1 MiB, and base64 makes a sound a third larger.
MOST_BYTES = 700_000
MOST_UPLOADED = 16_000_000  # a minute of WAV in the quality of a CD, and more
KEEP_DAYS = 30

NEW_PIN_DIGITS = 6

CONDITIONS: dict[str, str | Promise] = {
    "func": gettext_lazy("All calls"),
    "fnol": gettext_lazy("No phone is online"),
    "fbus": gettext_lazy("Busy"),
    "fnoa": gettext_lazy("Not answered"),
    "funv": gettext_lazy("Refused"),
}
# The cases that are diverted to a new mailbox by default (contract: Call handling).
USUAL = ("fnol", "fbus", "fnoa")


def new_pin() -> str:
    """Return a random PIN of six digits from 1 to 9 (contract: VoicemailAccount) that the policy accepts."""
    while True:
        pin = "".join(secrets.choice("123456789") for _ in range(NEW_PIN_DIGITS))
        if why_refused(PasswordKind.PIN, pin) is None:
            return pin


def mailbox_cases(diversions: CallDiversions, mailbox: str, domain: str) -> list[str]:
    """Return the cases in which calls are diverted to the mailbox."""
    return [name for name in CONDITIONS if is_mailbox(getattr(diversions, name) or "", mailbox, domain)]


def in_words(names: list[str]) -> str:
    """Return the labels of cases, separated by commas."""
    return ", ".join(str(CONDITIONS[name]) for name in names)
