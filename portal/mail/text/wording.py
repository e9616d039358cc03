"""The wording of a mail: which template applies, and its output.

Mails with a link that acts for whoever opens it, such as one to set a password, have a fixed frame: the greeting, the
link and the footer are the portal's own. A template can only add plain text without web addresses below the link, so
that it cannot hide, move, imitate or report the link.
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
from django.template.utils import get_app_template_dirs
from django.utils import translation
from django.utils.translation import gettext as _

from portal.installed import FILES
from portal.mail.registry import BRAND_VARIABLES, MailKind

from . import blocks
from .brand import Brand, engine_name
from .markup import clean_html
from .models import MailTemplate
from .sandbox import SandboxTemplate, TemplateFault, to_plain

LANGUAGES: Mapping[str, str] = dict(settings.LANGUAGES)
PHRASE = re.compile(
    r"\{% translate \"(?P<phrase>[^\"]+)\" %\}|\{% blocktranslate trimmed %\}(?P<block>.*?)\{% endblocktranslate %\}",
    re.DOTALL,
)
LOAD = re.compile(r"\{% load i18n %\}\n?")
MOST_SUBJECT = 200
VARIABLE = re.compile(r"\{\{ (\w+) \}\}")
TAG = re.compile(r"\{[{%][^}]*\}")
# A web address, or a text that mail programs show as one: a name with a dot that is not part of an e-mail address.
WEB_ADDRESS = re.compile(r"://|www\.|(?<![\w@.-])[\w-]+\.[a-z]{2,}\b(?![\w.-]*@)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TemplateSource:
    """The source of a template: subject, text and HTML; empty HTML is made of the text."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The wording of a mail.

    Empty ``html`` is made of the blocks of the text; web addresses in it become links if they begin with
    ``links_to``. ``fault`` is the reason why the portal's own wording was used.
    """

    subject: str
    body: tuple[blocks.TextBlock, ...]
    html: str = ""
    fault: str = ""
    links_to: str = ""

    @property
    def text(self) -> str:
        """Return the plain text of the mail."""
        return blocks.to_text(self.body)


def choose_language(*wishes: str) -> str:
    """Return the first available language of some codes (``nl``, ``nl-be``, ``NL``), else that of the settings."""
    for wish in (*wishes, settings.DEFAULT_LANGUAGE):
        code = wish.strip().lower().replace("_", "-").partition("-")[0]
        if code in LANGUAGES:
            return code
    return "en"


def word_mail(kind: MailKind, values: Mapping[str, Any], brand: Brand, language: str) -> Wording:
    """Return the wording of the template that applies; if it is broken, the portal's own, so that the mail is sent."""
    stored = find_stored_template(kind.name, brand, language)
    if stored is None:
        return fill_template(kind, own_template(kind, language), values, language)
    try:
        return fill_template(kind, TemplateSource(stored.subject, stored.text, stored.html), values, language)
    except TemplateFault as fault:
        whose = _("the reseller's template") if stored.reseller else _("the platform's template")
        reason = _("The portal's own wording was used, because %(whose)s is broken: %(reason)s")
        ours = fill_template(kind, own_template(kind, language), values, language)
        return replace(ours, fault=reason % {"whose": whose, "reason": fault.reason})


def fill_template(kind: MailKind, source: TemplateSource, values: Mapping[str, Any], language: str) -> Wording:
    """Return the output of a template; raises ``TemplateFault`` if it is broken."""
    with translation.override(language):
        known = to_plain(values)
    subject = " ".join(compile_template(kind, source.subject).fill(known, escape=False).split())[:MOST_SUBJECT]
    exact = known | {name: blocks.whole_value(known[name]) for name in kind.secrets & known.keys()}
    written = compile_template(kind, source.text).fill(exact, escape=False)
    if kind.holds_link:
        body = blocks.parse_blocks(frame_text(kind, written, exact, language))
        return Wording(subject or str(kind.label), tuple(body), links_to=f"{settings.PORTAL_URL}/")
    html = compile_template(kind, source.html).fill(known, escape=True) if source.html.strip() else ""
    return Wording(subject or str(kind.label), tuple(blocks.parse_blocks(written)), html and clean_html(html))


def frame_text(kind: MailKind, written: str, values: Mapping[str, Any], language: str) -> str:
    """Put the output of a template below the portal's own greeting and link, and above its footer."""
    with translation.override(language):
        above, below = (
            translate_phrases(read_own_file("_hello") + read_own_file(kind.name)),
            translate_phrases(read_own_file("_footer")),
        )
    names = kind.names | kind.link_variables | frozenset(BRAND_VARIABLES)
    ours = [SandboxTemplate(text, names, frozenset(kind.parts)).fill(values, escape=False) for text in (above, below)]
    return "\n\n".join((ours[0], written, ours[1]))


def compile_template(kind: MailKind, text: str) -> SandboxTemplate:
    """Compile a template; ``TemplateFault`` if it breaks the rules of the sandbox, or those of mails with links."""
    if kind.holds_link:
        for number, line in enumerate(text.split("\n"), 1):
            if WEB_ADDRESS.search(TAG.sub("", line)):
                raise TemplateFault(_("A mail with a one-use link cannot contain another web address."), number)
        return SandboxTemplate(text, kind.names, frozenset())
    return SandboxTemplate(text, kind.names, frozenset(kind.parts))


def find_stored_template(kind: str, brand: Brand, language: str) -> MailTemplate | None:
    """Return the template that applies: the reseller's before the platform's, one in the language before others."""
    reseller = Q(engine=engine_name(brand.engine), reseller=brand.reseller) if brand.reseller else Q()
    whose = (reseller | Q(engine="", reseller=0)) if brand.reseller else Q(engine="", reseller=0)
    rows = MailTemplate.objects.filter(whose, kind=kind, language__in=(language, ""))
    return rows.order_by("-reseller", "-language").first()


def own_template(kind: MailKind, language: str) -> TemplateSource:
    """Return the portal's own template of a kind in a language, as it could be written by hand.

    For a mail with a link it has only a subject, because the rest is in the frame.
    """
    with translation.override(language):
        subject = translate_phrases(read_own_file(f"{kind.name}-subject"))
        if kind.holds_link:
            return TemplateSource(subject.strip(), "")
        return TemplateSource(
            subject.strip(),
            translate_phrases(read_own_file("_hello") + read_own_file(kind.name) + read_own_file("_footer")).strip()
            + "\n",
        )


@lru_cache(maxsize=100)
def read_own_file(name: str) -> str:
    """Return the text of one of the portal's own templates, or of a plug-in's, with its phrases untranslated."""
    folders = (FILES / "templates", *map(Path, get_app_template_dirs("templates")))
    files = [folder / "mail" / f"{name}.txt" for folder in folders]
    file = next((file for file in files if file.exists()), files[0])
    return LOAD.sub("", file.read_text(encoding="utf-8"))


def translate_phrases(source: str, translate: Callable[[str], str] = translation.gettext) -> str:
    """Translate the phrases of a template to the active language."""
    return PHRASE.sub(lambda match: _translate_phrase(match, translate), source)


def _translate_phrase(match: re.Match[str], translate: Callable[[str], str]) -> str:
    translated = translate(_msgid(match))
    if match["phrase"]:
        return translated
    return re.sub(r"%\((\w+)\)s", r"{{ \1 }}", translated).replace("%%", "%")


def phrases_of(source: str) -> Iterator[str]:
    """Return the phrases of a template that are translated, as msgids of gettext."""
    return map(_msgid, PHRASE.finditer(source))


def _msgid(match: re.Match[str]) -> str:
    if match["phrase"]:
        return match["phrase"]
    trimmed = " ".join(line.strip() for line in match["block"].strip().splitlines())
    return VARIABLE.sub(r"%(\1)s", trimmed.replace("%", "%%"))
