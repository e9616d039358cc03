"""The test that an operation of the server refuses invalid values; a test class inherits it with its data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from ngnpro_wire.facts.fault_codes import FaultCode

from .platform import Platform, refused


class InvalidValueCases(ABC):
    """``invalid`` lists the members that refusals must name, each with what is sent."""

    invalid: ClassVar[tuple[tuple[str, Any], ...]]

    @abstractmethod
    def send(self, platform: Platform, given: Any) -> Any:
        """Call the operation with a value."""

    def stored(self, platform: Platform) -> Any:
        """Return how many records there are; by default, this is not compared."""
        return None

    def test_the_refusal_of_an_invalid_value_names_its_member(self, platform: Platform) -> None:
        before = self.stored(platform)
        for field, given in self.invalid:
            with refused(FaultCode.VALUE_INVALID, field):
                self.send(platform, given)
                raise AssertionError(f"{field}: {given!r} was not refused")
        assert self.stored(platform) == before
