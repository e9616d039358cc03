"""The chat journal of an account, by which programs such as Blink exchange their messages with one another.

The portal stores entries as they come, and reads none of them. ``PORTAL_CHAT_ENTRIES`` says how many an account may
have: the oldest make room for new ones. With 0, the default, none are stored.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.people.client_address import client_address

from .caller import InvalidRequest, ProgramCaller, failed
from .models import ChatEntry

MOST_READ, MOST_SENT = 5000, 500
LONGEST_ENTRY, LONGEST_UUID = 32 * 1024, 64
MOST_NUMBER = 2**53


def chat_entries(caller: ProgramCaller) -> dict[str, Any]:
    """Return the entries after ``after_id`` and ``after_timestamp`` (Unix time), but those of ``except_uuid``."""
    if not settings.CHAT_ENTRIES:
        return failed(_none_stored(), results=[], rows=0)
    found = _of(caller)
    if uuid := caller.data.get("except_uuid"):
        found = found.exclude(uuid=uuid)
    if after := caller.data.get("after_timestamp"):
        found = found.filter(created_at__gt=_moment(after))
    found = found.filter(pk__gt=_identifier(caller.data.get("after_id") or "0"))
    rows = list(found[: caller.number("limit", MOST_READ) or MOST_READ])
    return {"success": True, "error_message": None, "rows": len(rows), "results": [_shown(row) for row in rows]}


def put_chat_entries(caller: ProgramCaller) -> dict[str, Any]:
    """Store entries: ``data`` is a JSON list, or an object, of ``{"id": …, "data": …}``; ``uuid`` is the program's."""
    if not settings.CHAT_ENTRIES:
        return failed(_none_stored(), results=[])
    uuid = caller.data.get("uuid", "")
    if not uuid or len(uuid) > LONGEST_UUID:
        raise InvalidRequest("uuid is missing or has more than 64 characters.")
    rows = [row for row in _json_list(caller) if isinstance(row, dict) and isinstance(row.get("data"), str)]
    if any(len(row["data"]) > LONGEST_ENTRY for row in rows):
        raise InvalidRequest("An entry has at most 32,768 characters.")
    made = [(row.get("id"), _store(caller, uuid, row["data"])) for row in rows]
    _make_room(caller)
    results = [{"id": of_program, "journal_id": entry.pk, "source": "default"} for of_program, entry in made]
    return {"success": True, "results": results}


def delete_chat_entries(caller: ProgramCaller) -> dict[str, Any]:
    """Delete entries by their numbers: ``data`` is a JSON list of them, or ``journal_id`` one."""
    if not settings.CHAT_ENTRIES:
        return failed(_none_stored())
    one = caller.data.get("journal_id")
    numbers = [_identifier(text) for text in ([one] if one else _json_list(caller))]
    _of(caller).filter(pk__in=numbers).delete()
    return {"success": True, "error_message": None}


def _of(caller: ProgramCaller) -> QuerySet[ChatEntry]:
    return ChatEntry.objects.filter(engine=caller.engine, address=str(caller.account.id))


def _store(caller: ProgramCaller, uuid: str, data: str) -> ChatEntry:
    return ChatEntry.objects.create(
        engine=caller.engine,
        address=str(caller.account.id),
        uuid=uuid,
        data=data,
        source=client_address(caller.request),
    )


def _make_room(caller: ProgramCaller) -> None:
    """Delete the oldest entries of an account that has more than it may have."""
    first_too_old = _of(caller).order_by("-pk").values_list("pk", flat=True)[settings.CHAT_ENTRIES :].first()
    if first_too_old:
        _of(caller).filter(pk__lte=first_too_old).delete()


def _shown(row: ChatEntry) -> dict[str, Any]:
    return {
        "id": row.pk,
        "source": "default",
        "timestamp": f"{row.created_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        "account": row.address,
        "uuid": row.uuid,
        "ip_address": row.source,
        "data": row.data,
    }


def _json_list(caller: ProgramCaller) -> list[Any]:
    try:
        found = json.loads(caller.data.get("data", ""))
    except (ValueError, RecursionError):
        raise InvalidRequest("data is not JSON.") from None
    rows = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(rows, list) or len(rows) > MOST_SENT:
        raise InvalidRequest(f"data must be a list of at most {MOST_SENT} entries.")
    return rows


def _identifier(value: Any) -> int:
    text = str(value)
    if not text.isascii() or not text.isdecimal() or len(text) > len(str(MOST_NUMBER)):
        raise InvalidRequest("The number of an entry is a whole number.")
    return int(text)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidRequest("after_timestamp must be a Unix time.") from None


def _none_stored() -> str:
    return _("This platform stores no chat journals.")
