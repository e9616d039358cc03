"""Turns what happens on the platform into messages, one for each webhook whose owner may know of it.

The messages are stored in the transaction that stores the fact itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from ngnpro_wire.facts.blocks import GROUP as BLOCKED
from portal.core.viewer import Role
from portal.core.writes import Write
from portal.journal.labels import EntryAction, EntryResult
from portal.journal.models import EntryReader, JournalEntry

from .choices import Event
from .models import Webhook, WebhookMessage

KIND = "webhook"
ACTIONS = {
    EntryAction.ADD: Event.RECORD_ADDED,
    EntryAction.EDIT: Event.RECORD_CHANGED,
    EntryAction.DELETE: Event.RECORD_DELETED,
}


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened: ``id`` is the same whenever it is told, ``author`` is only for those who may know it."""

    id: str
    event: str
    engine: str
    readers: frozenset[int]
    data: dict[str, Any]
    author: dict[str, Any] = field(default_factory=dict)
    author_tree: frozenset[int] = frozenset()

    def is_for(self, webhook: Webhook) -> bool:
        if self.event not in webhook.events or self.engine not in (webhook.engine, ""):
            return False
        return webhook.customer in self.readers if webhook.customer else True

    def body_for(self, webhook: Webhook) -> str:
        """Return the message as JSON; the author's login only for operators and the author's own reseller."""
        data = dict(self.data)
        if self.author:
            knows = not webhook.customer or webhook.customer in self.author_tree
            data["author"] = self.author if knows else {"role": self.author["role"]}
        return json.dumps({"type": self.event, "timestamp": timezone.now().isoformat(), "data": data})


def queue_news(news: Sequence[News]) -> None:
    """Store the messages about news; what was told before is not told again."""
    if not news:
        return
    webhooks = list(Webhook.objects.filter(is_active=True))
    messages = [
        WebhookMessage(webhook=webhook, event_id=one.id, event=one.event, body=one.body_for(webhook))
        for webhook in webhooks
        for one in news
        if one.is_for(webhook)
    ]
    if messages:
        WebhookMessage.objects.bulk_create(messages, ignore_conflicts=True)


def tell_of_writes(sender: object, writes: Sequence[Write], **_: Any) -> None:
    """Queue messages about writes that the journal has noted (``core.writes.noted``)."""
    _queue_entries([write.entry for write in writes])


def tell_of_settled(sender: object, write: Write, **_: Any) -> None:
    """Queue messages about a write that was found to have been made (``core.writes.settled``)."""
    _queue_entries(JournalEntry.objects.filter(pk=write.number or 0).select_related("author"))


def tell_of_event(
    sender: object, name: str, key: str, engine: str, customers: tuple[int, ...], data: dict[str, Any], **_: Any
) -> None:
    """Queue messages about what is no write (``core.events.happened``)."""
    queue_news([News(f"{name}_{key}", name, engine, frozenset(customers), data)])


def _queue_entries(entries: Iterable[JournalEntry]) -> None:
    done = [entry for entry in entries if entry.result == EntryResult.DONE and _is_told(entry)]
    if not done or not Webhook.objects.filter(is_active=True).exists():
        return
    readers: dict[int, set[int]] = {}
    for number, customer in EntryReader.objects.filter(entry__in=done).values_list("entry", "customer"):
        readers.setdefault(number, set()).add(customer)
    queue_news([news for entry in done for news in _news_of(entry, frozenset(readers.get(entry.pk, ())))])


def _is_told(entry: JournalEntry) -> bool:
    """Return whether an entry changes a record; not one of webhooks, each of which would be told of itself."""
    is_change = bool(entry.changes) if entry.action == EntryAction.EDIT else bool(entry.action)
    return is_change and entry.kind != KIND


def _news_of(entry: JournalEntry, readers: frozenset[int]) -> Iterator[News]:
    author = entry.author
    data = {
        "kind": entry.kind,
        "key": entry.key,
        "part": entry.part,
        "title": entry.title,
        "changes": entry.changes,
        "journal_entry": entry.pk,
    }
    # nobody but operators reads who among them it was
    is_operator = author.role == Role.OPERATOR
    tree = frozenset[int]() if is_operator else frozenset({author.customer, author.reseller} - {0})
    known = {"role": author.role, "login": author.login}
    yield News(f"entry_{entry.pk}", ACTIONS[EntryAction(entry.action)], entry.engine, readers, data, known, tree)
    if entry.kind == "account" and not entry.part and (event := _block_of(entry)):
        yield News(f"entry_{entry.pk}_block", event, entry.engine, readers, data, known, tree)


def _block_of(entry: JournalEntry) -> str:
    """Return whether an entry blocks or unblocks an account; empty for neither."""
    for change in entry.changes:
        if change["field"] == "groups":
            was, now = (BLOCKED in (change[name] or ()) for name in ("before", "after"))
            if was != now:
                return Event.ACCOUNT_BLOCKED if now else Event.ACCOUNT_UNBLOCKED
    return ""
