"""Keeping templates, brands and choices, and what a template would make of an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.viewer import Viewer
from portal.mail.kinds import KINDS, About, Kind
from portal.mail.samples import sample
from portal.mail.text import wording
from portal.mail.text.composing import html_of, values_of
from portal.mail.text.models import MailBrand, MailChoice, MailTemplate
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipId

from .choices import Whose


@dataclass(frozen=True, slots=True)
class Line:
    """A kind on the list: the languages with a template of one's own, and whether such mails are sent.

    ``own_choice`` is ``None`` where nothing was chosen here, and ``is_sent`` where nobody chooses.
    """

    kind: Kind
    languages: list[str]
    is_sent: bool | None
    own_choice: bool | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a template makes of an account."""

    wording: wording.Wording
    html: str


def lines(of: Whose) -> list[Line]:
    """List all kinds with what is kept of them for somebody."""
    stored: dict[str, list[str]] = {}
    for name, language in MailTemplate.objects.filter(**of.key).order_by("language").values_list("kind", "language"):
        stored.setdefault(name, []).append(wording.LANGUAGES.get(language) or _("all languages"))
    own = dict(MailChoice.objects.filter(**of.key).values_list("kind", "is_sent"))
    platform = dict(MailChoice.objects.filter(**Whose().key).values_list("kind", "is_sent"))
    return [
        Line(kind, stored.get(name, []), own.get(name, platform.get(name, kind.choice)), own.get(name))
        for name, kind in KINDS.items()
        if of.may_write(kind)
    ]


def find_template(of: Whose, kind: Kind, language: str) -> MailTemplate | None:
    """Find the template that was written for exactly this."""
    return MailTemplate.objects.filter(**of.key, kind=kind.name, language=language).first()


def start(of: Whose, kind: Kind, language: str) -> wording.Source:
    """Give what the editor starts with: what is stored, else our own words in the language."""
    stored = find_template(of, kind, language)
    if stored:
        return wording.Source(stored.subject, stored.text, stored.html)
    return wording.our_own(kind.name, wording.language_of(language))


def keep(of: Whose, kind: Kind, language: str, source: wording.Source, by: Viewer) -> None:
    """Keep a template."""
    values = {"subject": source.subject, "text": source.text, "html": source.html, **_stamp(by)}
    MailTemplate.objects.update_or_create(**of.key, kind=kind.name, language=language, defaults=values)


def reset(of: Whose, kind: Kind, language: str) -> bool:
    """Go back to what counts without this template; ``False`` when there was none."""
    return MailTemplate.objects.filter(**of.key, kind=kind.name, language=language).delete()[0] > 0


def choose(of: Whose, kind: Kind, wish: str, by: Viewer) -> None:
    """Choose whether mails of a kind are sent: ``yes``, ``no``, or anything else for what counts without a choice."""
    if wish in ("yes", "no"):
        values = {"is_sent": wish == "yes", **_stamp(by)}
        MailChoice.objects.update_or_create(**of.key, kind=kind.name, defaults=values)
    else:
        MailChoice.objects.filter(**of.key, kind=kind.name).delete()


def brand_row(of: Whose) -> MailBrand:
    """Find the brand, or begin one."""
    return MailBrand.objects.filter(**of.key).first() or MailBrand(**of.key)


def keep_brand(of: Whose, form: dict[str, Any], by: Viewer) -> None:
    """Keep a colour and a logo; without a new logo the old one stays, unless it is to go."""
    values: dict[str, Any] = {"colour": form["colour"].lower(), **_stamp(by)}
    if form["logo"] or form["remove_logo"]:
        values["logo"] = form["logo"]
    MailBrand.objects.update_or_create(**of.key, defaults=values)


def _stamp(by: Viewer) -> dict[str, Any]:
    return {"changed_at": timezone.now(), "changed_by": by.login[:320]}


def preview(
    ngnpro: Ngnpro, engine: str, of: Whose, kind: Kind, language: str, source: wording.Source, account: str
) -> Preview:
    """Show what a template makes of an account that the viewer may see; ``TemplateFault`` or ``NgnproError`` if not."""
    if kind.about is About.ACCOUNT:
        ngnpro.sip.get_account(SipId.parse(account))
    content = sample(kind, engine, of.reseller, account.strip().lower())
    spoken = wording.language_of(language, content.language)
    filled = wording.fill(kind, source, values_of(content), spoken)
    return Preview(filled, html_of(filled, content.brand, spoken))


def variables_of(kind: Kind) -> list[tuple[str, str | Promise]]:
    """List what a template of a kind may name, and what each is."""
    return list(kind.offered.items())
