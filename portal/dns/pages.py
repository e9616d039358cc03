"""What the pages of the DNS rooms have in common."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponseRedirect
from django.urls import reverse


def to_zone(zone: str, page: str) -> HttpResponseRedirect:
    """Redirect to what a list has of a zone."""
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'zone': zone, 'sort': 'name'})}")
