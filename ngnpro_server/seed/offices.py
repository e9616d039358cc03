"""The offices of the seed: a SIP domain each, with what its phones and people have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import idna

from .numbers import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A SIP domain and the habits of those who use it.

    ``languages`` are those that people speak, the usual ones several times. ``usernames`` is ``name`` (anna.bakker),
    ``extension`` (214) or ``number`` (E.164 without +). ``first`` is the place in the block ``numbers`` of the
    office's own numbers, and the first extension. ``network`` is the IPv4 network of 16 addresses that the office's
    phones are in; ``places`` are phones that belong to no person.
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
        """Write the domain as it is sent in mail addresses and SIP addresses."""
        return _ascii(self.domain)

    def number(self, index: int) -> str:
        """Return the telephone number of the account with this index in the office."""
        return self.numbers.number(self.first + index)


@lru_cache(maxsize=16)
def _ascii(domain: str) -> str:
    return idna.encode(domain, uts46=True).decode("ascii")
