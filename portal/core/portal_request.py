"""The type of a request as views get it: with its viewer, the writes that it makes, and its client of NGNPro."""

from __future__ import annotations

from django.http import HttpRequest

from portal.core.viewer import Viewer
from portal.core.writes import Writes
from portal.ngnpro import Ngnpro


class PortalRequest(HttpRequest):
    """A request with the attributes that the portal's middleware adds."""

    viewer: Viewer
    writes: Writes
    ngnpro: Ngnpro
