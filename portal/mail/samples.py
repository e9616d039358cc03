"""What a mail would say: filled with a real account where it is about one, else with made-up facts; no secrets."""

from __future__ import annotations

from dataclasses import replace

from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.brand import brand_of

from .contents import CONTENTS, Content
from .kinds import About, Kind

DOTS = "••••••••"


def sample(kind: Kind, engine: str, reseller: int, address: str) -> Content:
    """Give an example of a mail of a reseller, or of the platform (0); ``NgnproError`` when there is no account."""
    brand = brand_of(engine, reseller)
    if kind.about is About.PERSON:
        return Content({**kind.example, **dict.fromkeys(kind.secrets, DOTS)}, brand)
    message = OutboxMessage(kind=kind.name, about=address, engine=engine, facts=dict(kind.example))
    return replace(without_secrets(kind, CONTENTS[kind.name](message)), brand=brand)


def without_secrets(kind: Kind, content: Content) -> Content:
    """Put dots in the place of what is secret, for eyes other than the recipient's."""
    hidden = {name: DOTS for name in kind.secrets if content.values.get(name)}
    return replace(content, values={**content.values, **hidden})
