"""The name that all parts of the Sip port share."""

from __future__ import annotations

from ..base import Port


class Sip(Port):
    """A part of the Sip port."""

    name = "Sip"
