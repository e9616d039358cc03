"""The demo platform: two resellers, their five customers, and all that these have."""

from __future__ import annotations

from .companies import add_companies
from .making import Making


def make_demo(making: Making) -> None:
    """Make the demo platform through the server's own operations."""
    add_companies(making)
