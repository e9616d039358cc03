"""A program that works with an account: what it sent, and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone

from portal.core.portal_request import PortalRequest
from portal.core.writes import State, Write
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount


class InvalidRequest(Exception):
    """A value that the program sent is missing or invalid; the text says which and what to send."""


@dataclass(frozen=True, slots=True)
class ProgramCaller:
    """A program that has proved to work for the user of ``account``; ``data`` are the values that it sent."""

    request: PortalRequest
    account: SipAccount
    data: Mapping[str, str]

    @property
    def ngnpro(self) -> Ngnpro:
        return self.request.ngnpro

    @property
    def engine(self) -> str:
        return self.request.viewer.engine

    @property
    def zone(self) -> tzinfo:
        """Return the account's time zone; the portal's default if it is unknown."""
        try:
            return ZoneInfo(self.account.timezone)
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return timezone.get_default_timezone()

    def change(self, part: str, before: State, after: State) -> AbstractContextManager[Write]:
        """Announce a change of a part of the account that has no record key, such as ``"diversions"``."""
        return self.request.writes.change(before, after, about=("account", str(self.account.id)), part=part)

    def number(self, name: str, most: int, default: int = 0) -> int:
        """Return a whole number from 0 to ``most``. Raises ``InvalidRequest`` for everything else that was sent."""
        text = self.data.get(name, "").strip()
        if not text:
            return default
        if not text.isascii() or not text.isdecimal() or len(text) > 10 or int(text) > most:
            raise InvalidRequest(f"{name} must be a whole number from 0 to {most}.")
        return int(text)


def done(text: str, **more: Any) -> dict[str, Any]:
    """Return the answer to an action that has ended well; ``error_message`` is its text, as CDRTool names it."""
    return {"success": True, "error_message": text, **more}


def failed(text: str, **more: Any) -> dict[str, Any]:
    """Return the answer to an action that was not carried out."""
    return {"success": False, "error_message": text, **more}
