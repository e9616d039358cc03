"""The offices of the seed: SIP domains with common properties of their phones and people."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import idna

from .numbers import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A SIP domain and the common properties of its users.

    ``languages``: the languages of the people, frequent ones several times. ``usernames``: ``name`` (anna.bakker),
    ``extension`` (214) or ``number`` (E.164 without +). ``first``: index of the office's first number in the block
    ``numbers``, and its first extension. ``network``: first address of the IPv4 network of 16 addresses of the
    office's phones. ``places``: names of the shared phones.
    """

    domain: str
    accounts: int
    usernames: str
    languages: tuple[str, ...]
    numbers: Block
    mobiles: Block
    first: int
    network: str
    region: str
    timezone: str
    places: tuple[str, ...] = ()
    trunks: int = 0

    @property
    def mail_domain(self) -> str:
        """The domain in ASCII, as used in mail addresses and SIP addresses."""
        return _ascii(self.domain)

    def number(self, index: int) -> str:
        """Return the telephone number of the account with an index in the office."""
        return self.numbers.number(self.first + index)


@lru_cache(maxsize=16)
def _ascii(domain: str) -> str:
    return idna.encode(domain, uts46=True).decode("ascii")
