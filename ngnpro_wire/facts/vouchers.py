"""Limits of batches of vouchers, which the server enforces and the portal's form names."""

from __future__ import annotations

from typing import Final

DIGITS: Final = (11, 15)  # as CDRTool makes them
USUAL_DIGITS: Final = 14
LEAST_RANDOM: Final = 10  # so that a number cannot be guessed by somebody who knows the prefix and the serial numbers
MOST: Final = 10_000
LARGEST_VALUE: Final = 10_000
