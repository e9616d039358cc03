"""The certificate of a phone, which the proxy in front has verified: Yealink, Snom and Grandstream phones have one.

The proxy passes the subject of the certificate in the header of ``PORTAL_PHONE_CERTIFICATE_HEADER``. It is believed
only from the addresses of ``PORTAL_CERTIFICATE_PROXIES``, which have to delete or replace what the phone itself sent.
"""

from __future__ import annotations

import ipaddress
import re

from django.conf import settings
from django.http import HttpRequest

# RFC 4514, and OpenSSL's older form with slashes.
COMMON_NAME = re.compile(r"(?:^|[,/+]\s*)CN\s*=\s*([^,/+]{1,64})", re.IGNORECASE)
MAC = re.compile(r"[0-9a-f]{12}")
LONGEST_SUBJECT = 1000


def is_from_proxy(request: HttpRequest) -> bool:
    """Return whether a request came directly from a proxy that may say who the client is."""
    try:
        direct = ipaddress.ip_address(str(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return False
    return any(direct in network for network in settings.CERTIFICATE_PROXIES)


def mac_of_certificate(request: HttpRequest) -> str:
    """Return the MAC address in the phone's certificate, 12 lower-case digits; empty if none was verified."""
    header = settings.PHONE_CERTIFICATE_HEADER
    if not header or not is_from_proxy(request):
        return ""
    found = COMMON_NAME.search(request.headers.get(header, "")[:LONGEST_SUBJECT])
    return mac_in(found[1]) if found else ""


def mac_in(text: str) -> str:
    """Return a MAC address as 12 lower-case digits, with or without separators; empty if the text is none."""
    digits = "".join(letter for letter in text.lower() if letter not in " :-.")
    return digits if MAC.fullmatch(digits) else ""
