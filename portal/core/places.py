"""Where an IP address is, from a database file on this machine (``PORTAL_GEOIP_FILE``); no service is asked.

The file has the format of MaxMind's GeoLite2 City, or of DB-IP's. Without the setting, or for addresses that are not in
the file, nothing is known.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import maxminddb
from django.conf import settings

log = logging.getLogger(__name__)

LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Place:
    """A place: country, its code of two letters (ISO 3166), region and city; unknown parts are empty."""

    country: str = ""
    code: str = ""
    region: str = ""
    city: str = ""

    @property
    def label(self) -> str:
        return ", ".join(part for part in (self.city, self.country) if part)


UNKNOWN = Place()


def place_of(address: str) -> Place:
    """Return the place of an IPv4 or IPv6 address; ``UNKNOWN`` if it is not known."""
    reader = _reader(settings.GEOIP_FILE)
    if reader is None:
        return UNKNOWN
    try:
        found: Any = reader.get(address)
    except ValueError:
        return UNKNOWN
    return _place(found) if isinstance(found, dict) else UNKNOWN


def _place(found: dict[str, Any]) -> Place:
    country = found.get("country") or found.get("registered_country") or {}
    regions = found.get("subdivisions") or [{}]
    return Place(_name(country), str(country.get("iso_code", "")), _name(regions[0]), _name(found.get("city") or {}))


def _name(part: dict[str, Any]) -> str:
    return str(part.get("names", {}).get(LANGUAGE, ""))


@lru_cache(maxsize=2)
def _reader(file: str) -> maxminddb.Reader | None:
    """Open the file, once per process; a new file is read after a restart."""
    if not file:
        return None
    try:
        return maxminddb.open_database(Path(file))
    except (OSError, maxminddb.InvalidDatabaseError) as error:
        log.error("The file of PORTAL_GEOIP_FILE cannot be used: %s", error)
        return None
