"""The demo platform: two resellers, their five customers, and all that these have."""

from __future__ import annotations

from .companies import add_companies
from .making import Making
from .relays import add_relays
from .routing import add_routing


def make_demo(making: Making) -> None:
    """Make the demo platform."""
    companies = add_companies(making)
    add_routing(making, companies)
    add_relays(making, companies)
