"""The errors of the client: one class for each thing that a program may want to do about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PortalError(Exception):
    """The portal refused a request.

    ``problem`` is the problem document (RFC 9457) of the answer: ``detail`` says what happened, ``next`` what to do,
    ``errors`` lists members with what is wrong, and ``request`` is the id that the portal's log and journal have.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.problem = problem
        said = [problem.get("detail") or problem.get("title") or f"HTTP {status}", problem.get("next") or ""]
        super().__init__(" ".join(filter(None, said)))


class NotAllowed(PortalError):
    """The token is not valid (401), or does not allow this (403)."""


class NotFound(PortalError):
    """There is no such record, or it is not one of the token's owner (404)."""


class RecordChanged(PortalError):
    """Somebody changed the record since it was read (412); ``problem`` has it ``now``, and the ``changes``."""


class WrongValues(PortalError):
    """A value is wrong (422); ``problem["errors"]`` names the members."""


class PortalAway(PortalError):
    """The portal or NGNPro did not answer (503, or no answer at all), also after the request was repeated.

    ``problem["stored"]`` is ``nothing`` if nothing was stored, and ``unknown`` if that is not known.
    """


BY_STATUS: dict[int, type[PortalError]] = {
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    412: RecordChanged,
    422: WrongValues,
    503: PortalAway,
}
