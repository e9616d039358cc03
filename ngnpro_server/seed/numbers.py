"""Fictitious telephone numbers: ranges that are reserved for fiction, or were never assigned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Block:
    """The numbers that begin with ``prefix`` (E.164 without +), followed by ``digits`` digits."""

    prefix: str
    digits: int

    @property
    def size(self) -> int:
        """The count of numbers in the block."""
        return int(10**self.digits)

    def number(self, index: int) -> str:
        """Return the number with an index in the block; after the last number it starts again with the first."""
        return f"{self.prefix}{index % self.size:0{self.digits}}"


# United Kingdom: Ofcom's "telephone numbers for use in TV and radio drama programmes".
LONDON = Block("442079460", 3)
SHEFFIELD = Block("441144960", 3)
NOWHERE = Block("441632960", 3)
UK_MOBILE = Block("447700900", 3)
# Germany: Bundesnetzagentur, Mitteilung 148/2021 ("drama numbers").
BERLIN = Block("493023125", 3)
GERMAN_MOBILE = Block("49176040690", 2)
# France: numbers that ARCEP reserves for audiovisual works.
PARIS = Block("3319900", 4)
FRENCH_MOBILE = Block("3363998", 4)
# North America: 555-0100 to 555-0199 in every area code are reserved for fiction.
NEW_YORK = Block("121255501", 2)
CHICAGO = Block("131255501", 2)
# The Netherlands reserves none, but has assigned no area code 0119 and no mobile numbers that begin with 060.
DUTCH = Block("31119960", 3)
DUTCH_MOBILE = Block("31600960", 3)

BLOCKS = {
    "london": LONDON,
    "sheffield": SHEFFIELD,
    "nowhere": NOWHERE,
    "uk mobile": UK_MOBILE,
    "berlin": BERLIN,
    "german mobile": GERMAN_MOBILE,
    "paris": PARIS,
    "french mobile": FRENCH_MOBILE,
    "new york": NEW_YORK,
    "chicago": CHICAGO,
    "dutch": DUTCH,
    "dutch mobile": DUTCH_MOBILE,
}
