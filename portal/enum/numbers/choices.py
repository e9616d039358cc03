"""The ENUM services that a mapping can have, and the URI schemes that go with each (contract: enum_services)."""

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

# Names of services in NAPTR records that are not the type itself (contract: enum_services_notes).
SERVICE_NAMES = {"npd:tel": "npd+tel"}


def complete(service: str, target: str) -> str:
    """Put the service's first scheme in front of a target that has none of its schemes."""
    schemes = SERVICES.get(service, ())
    if not schemes or target.lower().startswith(schemes):
        return target
    return f"{schemes[0]}{target}"
