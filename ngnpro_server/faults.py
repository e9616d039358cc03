"""The exception that every layer of the server raises to refuse a call."""

from __future__ import annotations

from ngnpro_wire.facts.fault_codes import FaultCode


class Fault(Exception):
    """The refusal of a call: a code, and one plain sentence for the person who made the call."""

    def __init__(self, code: FaultCode, text: str, faultcode: str = "") -> None:
        super().__init__(code, text)
        self.code = code
        self.text = text
        self.faultcode = faultcode or code.faultcode


def invalid(field: str, sentence: str) -> Fault:
    """Return a VALUE_INVALID fault; ``field`` is the member's name on the wire."""
    return Fault(FaultCode.VALUE_INVALID, f"{field}: {sentence}")


def not_permitted(sentence: str) -> Fault:
    """Return a NOT_PERMITTED fault for an action that the caller is not allowed to do."""
    return Fault(FaultCode.NOT_PERMITTED, sentence)
