"""The project's documentation as pages of the portal: rendered once, with anchors, links between pages, and a search.

The files are those of ``docs/``; a document's name is its path there without the suffix (``guides/resellers``).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

EXTERNAL = ("https://", "http://", "#")
NOT_IN_ANCHORS = re.compile(r"[^\w\- ]")
HEADINGS = ("h1", "h2", "h3")


@dataclass(frozen=True, slots=True)
class Passage:
    """A heading of a document with the text below it; ``anchor`` is the fragment of its address, empty at the top."""

    anchor: str
    heading: str
    text: str
    level: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its title, the first sentence below it, its HTML without the title, and its parts in order."""

    name: str
    title: str
    lead: str
    html: SafeString
    parts: tuple[Passage, ...]

    @property
    def url(self) -> str:
        return reverse("help:page", args=[self.name])

    @property
    def contents(self) -> list[Passage]:
        """List the headings of the second level, for the table of contents."""
        return [part for part in self.parts if part.level == 2]


def anchor_of(heading: str) -> str:
    """Return the anchor of a heading, as code hosting sites make it: ``Do not disturb`` → ``do-not-disturb``."""
    return NOT_IN_ANCHORS.sub("", heading.lower()).strip().replace(" ", "-")


@lru_cache(maxsize=1)
def documents() -> Mapping[str, Document]:
    """Map the name of every document to the document."""
    root: Path = settings.DOCUMENTS
    names = {path.relative_to(root).with_suffix("").as_posix(): path for path in sorted(root.rglob("*.md"))}
    return {name: render_document(name, path.read_text(encoding="utf-8"), names) for name, path in names.items()}


def render_document(name: str, text: str, names: Mapping[str, object]) -> Document:
    """Render a Markdown text (CommonMark with tables); links to the documents in ``names`` lead to their pages.

    HTML in the text is shown as text. Links to other files of the project are shown without the link.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    parts = list(_parts(tokens))
    title, lead = (parts[0].heading, parts[0].text) if parts else (name, "")
    for token in tokens:
        if token.type == "inline":
            token.children = _relinked(token.children or [], posixpath.dirname(name), names)
        elif token.type == "table_open":
            token.attrSet("class", "table")
    without_title = tokens[3:] if tokens and tokens[0].tag == "h1" else tokens
    html = parser.renderer.render(without_title, parser.options, {})
    # A wide table scrolls by itself; the keyboard can reach what it hides.
    html = html.replace("<table", '<div class="table-wrap" tabindex="0"><table').replace("</table>", "</table></div>")
    return Document(name, title, _first_sentence(lead), mark_safe(html), tuple(parts))  # noqa: S308 - rendered above


def _first_sentence(text: str) -> str:
    line = text.partition("\n")[0]
    sentence, full_stop, _rest = line.partition(". ")
    return f"{sentence}." if full_stop else line


def _parts(tokens: Sequence[Token]) -> Iterator[Passage]:
    """Yield the parts of a document, and give its headings their anchors."""
    opened: Token | None = None
    heading, texts = "", list[str]()
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type != "inline":
            continue
        if before is not None and before.type == "heading_open" and before.tag in HEADINGS:
            if opened is not None:
                yield _part(opened, heading, texts)
            opened, heading, texts = before, _plain(token), []
            before.attrSet("id", anchor_of(heading))
        else:
            texts.append(_plain(token))
    if opened is not None:
        yield _part(opened, heading, texts)


def _part(opened: Token, heading: str, texts: list[str]) -> Passage:
    level = int(opened.tag[1])
    return Passage("" if level == 1 else anchor_of(heading), heading, "\n".join(texts), level)


def _plain(inline: Token) -> str:
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(child.type, child.content) for child in inline.children or ())


def _relinked(children: Sequence[Token], folder: str, names: Mapping[str, object]) -> list[Token]:
    """Return the tokens of a line whose links lead to pages of the portal, or are gone."""
    kept: list[Token] = []
    unlinked = False
    for token in children:
        if token.type == "link_open":
            target = _page_address(str(token.attrGet("href") or ""), folder, names)
            unlinked = not target
            token.attrSet("href", target)
        elif token.type == "image":
            continue
        if not (unlinked and token.type in ("link_open", "link_close")):
            kept.append(token)
    return kept


def _page_address(href: str, folder: str, names: Mapping[str, object]) -> str:
    if href.startswith(EXTERNAL):
        return href
    target, _hash, anchor = href.partition("#")
    name = posixpath.normpath(posixpath.join(folder, target)).removesuffix(".md")
    page = reverse("help:page", args=[name]) if name in names else ""
    return f"{page}#{anchor}" if page and anchor else page
