"""What the mails with one-use links say; their tokens are made here, in the worker, and go nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.core.auth import Role
from portal.core.navigation import ROLE_NAMES
from portal.mail.models import OutboxMessage

from . import links
from .models import PasswordLink


def with_links(message: OutboxMessage) -> dict[str, Any]:
    """Write down the links of a letter, each with whose it is."""
    kept = PasswordLink.objects.filter(letter=message.about, used_at=None)
    written = [
        {"login": link.login, "kind": ROLE_NAMES[Role(link.role)], "url": links.write_down(link)} for link in kept
    ]
    return {"name": next((link.name for link in kept), ""), "links": written}


CONTEXTS: dict[str, Callable[[OutboxMessage], dict[str, Any]]] = dict.fromkeys(links.LETTERS.values(), with_links)
