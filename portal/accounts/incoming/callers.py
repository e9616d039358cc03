"""Callers on a reject list: as people write them, as NGNPro stores them, and as the page shows them.

A number comes with any host, with ``+`` or ``00`` or less in front, so it is stored with wildcards:
``sip:%31612345678@%`` (contract: Call handling; ``%`` is any run of characters).
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.accounts.addresses import NUMBER, SCHEME, parts, sip_uri, typed
from portal.core.fields import domain_name
from portal.enum.fields import written

ANYBODY = re.compile(r"[*%]?@(?P<host>[^@%*]+)")
NUMBER_PATTERN = re.compile(r"[%*+]?(?P<digits>[0-9]+)@[%*]")
FEWEST_DIGITS = 7  # shorter ones are extensions of the own domain, and not the ends of telephone numbers
HIDDEN = ("anonymous", "unknown", "unavailable")


def caller_uri(text: str, domain: str) -> str:
    """Turn a number, an address, or ``@domain`` for everybody there, into an entry of the reject list.

    ``ValidationError`` says what is wrong.
    """
    bare = SCHEME.sub("", text.strip(), count=1)
    if found := ANYBODY.fullmatch(bare):
        return f"sip:%@{domain_name(found['host'])}"
    if found := NUMBER_PATTERN.fullmatch(bare):
        return _number(found["digits"])
    uri = sip_uri(text, domain)
    user, host = parts(uri)
    if user in HIDDEN or host == "anonymous.invalid":
        raise ValidationError(_("A caller who hides his number has no address. Refuse all of them under Rights."))
    international = user.startswith(("+", "00"))
    if NUMBER.fullmatch(user) and (international or (host == domain and len(user) >= FEWEST_DIGITS)):
        return _number(user)
    return uri


def _number(text: str) -> str:
    digits = text.lstrip("+0")
    if len(digits) < FEWEST_DIGITS:
        raise ValidationError(_("A telephone number has at least 7 digits, not counting zeros in front."))
    return f"sip:%{digits}@%"


def caller_in_words(uri: str, domain: str) -> tuple[str, str]:
    """Write an entry as a person reads it: who, and what that covers."""
    bare = SCHEME.sub("", uri, count=1)
    if found := NUMBER_PATTERN.fullmatch(bare):
        return written(found["digits"]), _("every caller whose number ends like this")
    if found := ANYBODY.fullmatch(bare):
        return found["host"], _("everybody who calls from this domain")
    if "%" in bare or "*" in bare:
        return bare, _("every address that fits")
    return typed(uri, domain), ""
