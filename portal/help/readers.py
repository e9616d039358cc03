"""Which documents the help shows to whom, in which order, and its search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.rooms import OPERATORS, RESELLERS, SIGNED_IN, STAFF
from portal.core.viewer import Role, Viewer

from .documents import Document, Passage, documents, render_document

MOST_FOUND = 30
EXCERPT = 160
DECISIONS = "decisions/"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A group of documents, and the roles that read them."""

    label: str | Promise
    names: tuple[str, ...]
    roles: frozenset[Role] = OPERATORS


# A document is on one shelf; those of decisions are reached from their index, which is.
SHELVES = (
    Shelf(_("For operators"), ("guides/tutorial", "guides/operators")),
    Shelf(
        _("Start here"), ("guides/signing-in", "guides/subscribers", "programs", "accessibility", "glossary"), SIGNED_IN
    ),
    Shelf(
        _("For customers"),
        (
            "guides/customers",
            "guides/numbers",
            "guides/dns",
            "guides/statistics",
            "guides/journal",
            "guides/troubleshooting",
            "mail",
        ),
        STAFF,
    ),
    Shelf(
        _("For resellers"),
        ("guides/resellers", "guides/single-sign-on", "guides/vouchers", "routing", "platform"),
        RESELLERS,
    ),
    Shelf(
        _("How the pages work"),
        (
            "accounts",
            "phones",
            "tracing",
            "input",
            "bulk",
            "export-format",
            "passwords",
            "api",
            "webhooks",
            "assistants",
        ),
        STAFF,
    ),
    Shelf(
        _("Running the platform"),
        (
            "operations",
            "declarative",
            "packages",
            "enrolment",
            "coming-from-cdrtool",
            "settings",
            "security",
            "reliability",
            "faults",
            "clients",
            "benchmarks",
        ),
    ),
    Shelf(
        _("How it is built"),
        (
            *("architecture", "adding-an-entity", "plugins", "design", "languages"),
            *("reference/access", "reference/rooms"),
            "decisions/README",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """A part of a document that a search has found, with the text around the words."""

    document: Document
    part: Passage
    excerpt: str

    @property
    def url(self) -> str:
        return f"{self.document.url}#{self.part.anchor}" if self.part.anchor else self.document.url


def may_read(viewer: Viewer, name: str) -> bool:
    """Return whether the help shows a document to the viewer."""
    return is_for(viewer.role, name)


def is_for(role: Role, name: str) -> bool:
    """Return whether a document is for a role."""
    if name.startswith(DECISIONS):
        name = f"{DECISIONS}README"
    return any(name in shelf.names and role in shelf.roles for shelf in SHELVES)


@lru_cache(maxsize=512)
def document_for(role: Role, name: str) -> Document:
    """Return a document as a role reads it: a link to a document that is not for the role is only text."""
    readable = [one for one in documents() if is_for(role, one)]
    return render_document(
        name, (settings.DOCUMENTS / f"{name}.md").read_text(encoding="utf-8"), dict.fromkeys(readable)
    )


def shelves_for(viewer: Viewer) -> list[tuple[Shelf, list[Document]]]:
    """List the groups with the documents that the viewer may read."""
    return [(shelf, [documents()[name] for name in shelf.names]) for shelf in SHELVES if viewer.role in shelf.roles]


def search_documents(viewer: Viewer, wanted: str) -> Sequence[Found]:
    """Find the parts that contain all words, those with a word in their heading first; at most 30."""
    words = wanted.casefold().split()
    if not words:
        return []
    found = list(_matches(viewer, words))
    found.sort(key=lambda one: not any(word in one.part.heading.casefold() for word in words))
    return found[:MOST_FOUND]


def _matches(viewer: Viewer, words: list[str]) -> Iterator[Found]:
    for name, document in documents().items():
        if not may_read(viewer, name):
            continue
        for part in document.parts:
            everything = f"{part.heading}\n{part.text}".casefold()
            if all(word in everything for word in words):
                yield Found(document, part, _excerpt(part.text, words))


def _excerpt(text: str, words: list[str]) -> str:
    """Return the text around the first of the words, cut at blanks."""
    line = " ".join(text.split())
    at = max(0, min((line.casefold().find(word) for word in words if word in line.casefold()), default=0) - 40)
    cut = line[at : at + EXCERPT]
    start = cut.partition(" ")[2] if at else cut
    end = start.rpartition(" ")[0] if at + EXCERPT < len(line) else start
    return f"{'… ' if at else ''}{end}{' …' if end != start else ''}"
