"""What a program asks first: what its token may do, and which records a text finds."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Schema

from portal.overview.services import search_records
from portal.people.tokens.middleware import ApiRequest

from .asking import json_answer, require_token

LONGEST = 200


class TokenOut(Schema):
    """A token: the rooms that it may read or change (``*`` for all), its networks, and when it ends."""

    name: str
    ending: str
    scopes: dict[str, str]
    networks: list[str]
    expires: str | None


class HitOut(Schema):
    """A record that was found: its name, a short description, and the path of its page."""

    name: str
    about: str
    page: str


class FoundOut(Schema):
    """The records of one kind that were found: how many, and the first of them."""

    kind: str
    total: int
    items: list[HitOut]


class SearchOut(Schema):
    """What was found, by kind; kinds without a match, and those that the token may not read, are left out."""

    items: list[FoundOut]


def get_token(request: ApiRequest) -> HttpResponse:
    """Return what the token of this request may do."""
    token = require_token(request)
    shown = {"name": token.name, "ending": token.ending, "scopes": token.scopes, "networks": token.networks}
    return json_answer({**shown, "expires": token.expires_at.isoformat() if token.expires_at else None})


def search(request: ApiRequest, text: str) -> HttpResponse:
    """Search the records of all kinds that the token may read, as the search box of the pages does."""
    token = require_token(request)

    def may_read(page: str) -> bool:
        return token.allows(page.rpartition(":")[0], writes=False)

    found = search_records(request.ngnpro, request.viewer, text[:LONGEST].strip(), may_read)
    items = [
        {
            "kind": str(kind.label),
            "total": kind.total,
            "items": [{"name": str(hit.name), "about": str(hit.about), "page": hit.url} for hit in kind.hits],
        }
        for kind in found
    ]
    return json_answer({"items": items})
