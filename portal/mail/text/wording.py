"""The words of a mail: which template counts, and what it says when it is filled in.

Mails with a link that acts for whoever opens it, such as one to set a password, have a fixed frame: the greeting, the
link and the footer are ours. A template can only add plain text below the link, without web addresses, so that nobody
can hide, move or imitate the link, or have it reported by a picture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from portal.mail.kinds import HOUSE, KINDS, Kind

from . import blocks
from .brand import Brand, engine_name
from .markup import clean
from .models import MailTemplate
from .sandbox import TemplateFault, Written, plain

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "es": "Español",
    "ro": "Română",
}
PHRASE = re.compile(
    r"\{% translate \"(?P<phrase>[^\"]+)\" %\}|\{% blocktranslate trimmed %\}(?P<block>.*?)\{% endblocktranslate %\}",
    re.DOTALL,
)
OURS: Path = settings.BASE_DIR / "templates" / "mail"
LOAD = re.compile(r"\{% load i18n %\}\n?")
MOST_SUBJECT = 200
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")
TAG = re.compile(r"\{[{%][^}]*\}")
# A web address, also one that only mail programs take for one: a name with a dot that is no part of an e-mail address.
WEB_ADDRESS = re.compile(r"://|www\.|(?<![\w@.-])[\w-]+\.[a-z]{2,}\b(?![\w.-]*@)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """A template: its subject, its text, and its HTML, which is made of the text where it is empty."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a mail says.

    ``html`` is empty where it is to be made of the text; web addresses become links in it if they begin with
    ``links_to``. ``fault`` says why our own words were used.
    """

    subject: str
    text: str
    html: str = ""
    fault: str = ""
    links_to: str = ""


def language_of(*wishes: str) -> str:
    """Choose the first of some wishes that there are words for: ``nl``, ``nl-be``, ``NL``; else the portal's own."""
    for wish in (*wishes, settings.LANGUAGE_CODE):
        code = wish.strip().lower().replace("_", "-").partition("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


def word(kind: Kind, values: Mapping[str, Any], brand: Brand, language: str) -> Wording:
    """Fill in the template that counts; one that is broken gives way to our own, so that the mail goes out."""
    stored = find(kind.name, brand, language)
    if stored is None:
        return fill(kind, our_own(kind.name, language), values, language)
    try:
        return fill(kind, Source(stored.subject, stored.text, stored.html), values, language)
    except TemplateFault as fault:
        whose = _("the reseller's template") if stored.reseller else _("the platform's template")
        reason = _("Our own words were used, because %(whose)s is broken: %(reason)s")
        ours = fill(kind, our_own(kind.name, language), values, language)
        return replace(ours, fault=reason % {"whose": whose, "reason": fault.reason})


def fill(kind: Kind, source: Source, values: Mapping[str, Any], language: str) -> Wording:
    """Fill a template in; ``TemplateFault`` where it cannot be."""
    with translation.override(language):
        known = plain(values)
    subject = " ".join(compiled(kind, source.subject).fill(known, escape=False).split())[:MOST_SUBJECT]
    written = compiled(kind, source.text).fill(known, escape=False)
    if kind.holds_link:
        text = blocks.to_text(blocks.read(framed(kind, written, known, language)))
        return Wording(subject or str(kind.label), text, links_to=f"{settings.PORTAL_URL}/")
    html = compiled(kind, source.html).fill(known, escape=True) if source.html.strip() else ""
    return Wording(subject or str(kind.label), blocks.to_text(blocks.read(written)), html and clean(html))


def framed(kind: Kind, written: str, values: Mapping[str, Any], language: str) -> str:
    """Put the words of a template between our own: below the greeting and the link, and above the footer."""
    with translation.override(language):
        above, below = spoken(raw("_hello") + raw(kind.name)), spoken(raw("_footer"))
    names = kind.names | kind.link_variables | frozenset(HOUSE)
    ours = [Written(text, names, frozenset(kind.parts)).fill(values, escape=False) for text in (above, below)]
    return "\n\n".join((ours[0], written, ours[1]))


def compiled(kind: Kind, text: str) -> Written:
    """Read a template of a kind; ``TemplateFault`` where it breaks the rules of the sandbox, or of mails with links."""
    if kind.holds_link:
        for number, line in enumerate(text.split("\n"), 1):
            if WEB_ADDRESS.search(TAG.sub("", line)):
                raise TemplateFault(_("A mail with a one-use link takes no other web address."), number)
        return Written(text, kind.names, frozenset())
    return Written(text, kind.names, frozenset(kind.parts))


def find(kind: str, brand: Brand, language: str) -> MailTemplate | None:
    """Find the stored template that counts: the reseller's before the platform's, one in the language before others."""
    reseller = Q(engine=engine_name(brand.engine), reseller=brand.reseller) if brand.reseller else Q()
    whose = (reseller | Q(engine="", reseller=0)) if brand.reseller else Q(engine="", reseller=0)
    rows = MailTemplate.objects.filter(whose, kind=kind, language__in=(language, ""))
    return rows.order_by("-reseller", "-language").first()


def our_own(kind: str, language: str) -> Source:
    """Give our own template of a kind with all its phrases in a language, as one could have written it by hand.

    That of a mail with a link has a subject only, since all else is in its frame.
    """
    with translation.override(language):
        subject = spoken(raw(f"{kind}-subject"))
        if KINDS[kind].holds_link:
            return Source(subject.strip(), "")
        return Source(subject.strip(), spoken(raw("_hello") + raw(kind) + raw("_footer")).strip() + "\n")


@lru_cache(maxsize=100)
def raw(name: str) -> str:
    """Read one of our own templates, with its phrases still to be translated."""
    return LOAD.sub("", (OURS / f"{name}.txt").read_text(encoding="utf-8"))


def spoken(source: str, say: Callable[[str], str] = translation.gettext) -> str:
    """Put the phrases of a template into the language that is active."""
    return PHRASE.sub(lambda match: _spoken(match, say), source)


def _spoken(match: re.Match[str], say: Callable[[str], str]) -> str:
    said = say(_key(match))
    if match["phrase"]:
        return said
    return re.sub(r"%\((\w+)\)s", r"{{ \1 }}", said).replace("%%", "%")


def phrases(source: str) -> Iterator[str]:
    """List what of a template is to be translated, as gettext has it."""
    return map(_key, PHRASE.finditer(source))


def _key(match: re.Match[str]) -> str:
    if match["phrase"]:
        return match["phrase"]
    trimmed = " ".join(line.strip() for line in match["block"].strip().splitlines())
    return VARIABLE.sub(r"%(\1)s", trimmed.replace("%", "%%"))
