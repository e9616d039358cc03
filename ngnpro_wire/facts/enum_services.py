"""The services that ENUM mappings can have, and the URI schemes of their targets (contract: enum_services)."""

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

# Services whose name in a NAPTR record differs from that of the mapping (contract: enum_services_notes).
SERVICE_NAMES = {"npd:tel": "npd+tel"}

# The longest first, in case one scheme begins with another.
_SCHEMES = sorted({scheme for schemes in SERVICES.values() for scheme in schemes}, key=len, reverse=True)


def scheme_of(target: str) -> str:
    """Return the scheme of a mapping's target, with its colon, or an empty text if it has no known scheme."""
    return next((scheme for scheme in _SCHEMES if target.lower().startswith(scheme)), "")


def without_scheme(target: str) -> str:
    """Return a mapping's target without its scheme, as searches use it (contract: Listing)."""
    return target[len(scheme_of(target)) :]


def complete_target(service: str, target: str) -> str:
    """Return a target with the service's first scheme prepended, unless it already has one of its schemes."""
    schemes = SERVICES.get(service, ())
    if not schemes or target.lower().startswith(schemes):
        return target
    return f"{schemes[0]}{target}"
