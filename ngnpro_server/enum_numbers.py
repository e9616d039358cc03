"""E.164 and ENUM facts: country codes, and the services of NAPTR mappings with their schemes (contract: ENUM)."""

from __future__ import annotations

SERVICES: dict[str, tuple[str, ...]] = {
    "sip": ("sip:", "sips:"),
    "mailto": ("mailto:",),
    "web:http": ("http://",),
    "web:https": ("https://",),
    "x-skype:callto": ("callto:",),
    "h323": ("h323:",),
    "iax": ("iax:",),
    "iax2": ("iax2:",),
    "mms": ("tel:", "mailto:"),
    "sms": ("tel:", "mailto:"),
    "ems": ("tel:", "mailto:"),
    "im": ("im:",),
    "npd:tel": ("tel:",),
    "void:mailto": ("mailto:",),
    "void:http": ("http://",),
    "void:https": ("https://",),
    "voice": ("voice:", "tel:"),
    "tel": ("tel:",),
    "fax:tel": ("tel:",),
    "ifax:mailto": ("mailto:",),
    "pres": ("pres:",),
    "ft:ftp": ("ftp://",),
    "loc:http": ("http://",),
    "key:http": ("http://",),
    "key:https": ("https://",),
}

# the longest first, so that iax2: is not taken for iax:
_SCHEMES = sorted({scheme for schemes in SERVICES.values() for scheme in schemes}, key=len, reverse=True)

# ITU-T E.164 list of assigned country codes: those of two digits. 1 and 7 have one digit, all others three.
_TWO_DIGITS = frozenset(
    {20, 27, *range(30, 35), 36, 39, 40, 41, *range(43, 50), *range(51, 59), *range(60, 67)}
    | {81, 82, 84, 86, *range(90, 96), 98}
)


def is_country_code(prefix: str) -> bool:
    """Tell whether a prefix is a country code, or so short that it holds whole countries."""
    if prefix[:1] in ("1", "7"):
        return len(prefix) == 1
    return len(prefix) <= (2 if int(prefix[:2] or 0) in _TWO_DIGITS else 3)


def without_scheme(target: str) -> str:
    """Leave out the scheme of a mapping's target, as searches do (contract: Listing)."""
    scheme = scheme_of(target)
    return target[len(scheme) :]


def scheme_of(target: str) -> str:
    """Tell a target's scheme, with its colon, or nothing."""
    return next((scheme for scheme in _SCHEMES if target.lower().startswith(scheme)), "")
