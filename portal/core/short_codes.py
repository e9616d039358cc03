"""Short codes: emergency numbers and the codes of services, which people may take for ordinary names."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from django.utils.translation import gettext as _

_SERVICE = re.compile(r"[*#][0-9*#]{1,8}")
_SHORT = re.compile(r"[0-9]{2,6}")


@lru_cache(maxsize=1024)
def is_emergency_number(user: str) -> bool:
    """Return whether a number is one of the emergency numbers of any country."""
    if not _SHORT.fullmatch(user):
        return False
    return any(phonenumbers.is_emergency_number(user, region) for region in phonenumbers.SUPPORTED_SHORT_REGIONS)


def remark_on_target(user: str) -> str:
    """Return a remark on calls that are sent to a short code; empty for other names."""
    if is_emergency_number(user):
        return _("%(user)s is an emergency number: these calls would reach the emergency services, or no one.") % {
            "user": user
        }
    if _SERVICE.fullmatch(user):
        return _("%(user)s is a code of a service: these calls would reach the service, or no one.") % {"user": user}
    return ""


def remark_on_name(user: str) -> str:
    """Return a remark on a name that is a short code; empty for other names."""
    if is_emergency_number(user):
        return _("%(user)s is an emergency number: calls to it may no longer reach the emergency services.") % {
            "user": user
        }
    if _SERVICE.fullmatch(user):
        return _("%(user)s is a code that phones and platforms may use for a service: then calls do not reach it.") % {
            "user": user
        }
    return ""
