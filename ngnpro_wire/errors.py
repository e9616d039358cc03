"""The exceptions of the codec."""

from __future__ import annotations

from dataclasses import dataclass


class WireError(Exception):
    """The bytes are not a SOAP 1.1 message that this WSDL allows."""


class VersionMismatch(WireError):
    """The message is an envelope of another version of SOAP."""


class NotUnderstood(WireError):
    """The message has a header that must be understood and is not known."""


class UnknownOperation(WireError):
    """The message calls an operation that the WSDL does not have."""


class WireValueError(WireError):
    """A member's text does not fit its type; ``field`` is the member's name on the wire."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field


@dataclass
class WireFault(Exception):
    """A reply that is a SOAP fault.

    ``code`` and ``text`` are ``errorcode`` and ``errorstring`` of detail/exception (contract: Errors); ``code`` is
    ``None`` if the server sent no such detail. ``title`` is the ``faultstring``.
    """

    code: int | None
    text: str
    title: str

    def __str__(self) -> str:
        return f"{self.title} ({self.code}): {self.text}"
