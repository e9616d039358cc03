"""Stores templates, brands and choices, and previews templates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core.viewer import Viewer
from portal.mail.registry import MailKind, MailSubject, mail_kinds
from portal.mail.text import wording
from portal.mail.text.composing import html_of, sample_content, values_of
from portal.mail.text.models import MailBrand, MailChoice, MailTemplate
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipId

from .choices import MailOwner


@dataclass(frozen=True, slots=True)
class KindOverview:
    """A kind in the list: the languages for which the owner has a template, and whether such mails are sent.

    ``own_choice`` is ``None`` without a choice of this owner; ``is_sent`` is ``None`` if the kind has no choice.
    """

    kind: MailKind
    languages: list[str]
    is_sent: bool | None
    own_choice: bool | None


@dataclass(frozen=True, slots=True)
class TemplatePreview:
    """The output of a template, as text and HTML."""

    wording: wording.Wording
    html: str


def list_kinds(of: MailOwner) -> list[KindOverview]:
    """Return all kinds that an owner can edit, with the owner's settings."""
    stored: dict[str, list[str]] = {}
    for name, language in MailTemplate.objects.filter(**of.key).order_by("language").values_list("kind", "language"):
        stored.setdefault(name, []).append(wording.LANGUAGES.get(language) or _("all languages"))
    own = dict(MailChoice.objects.filter(**of.key).values_list("kind", "is_sent"))
    platform = dict(MailChoice.objects.filter(**MailOwner().key).values_list("kind", "is_sent"))
    return [
        KindOverview(kind, stored.get(name, []), own.get(name, platform.get(name, kind.choice)), own.get(name))
        for name, kind in mail_kinds().items()
        if of.may_write(kind)
    ]


def find_template(of: MailOwner, kind: MailKind, language: str) -> MailTemplate | None:
    """Return the owner's template for a kind and a language."""
    return MailTemplate.objects.filter(**of.key, kind=kind.name, language=language).first()


def initial_source(of: MailOwner, kind: MailKind, language: str) -> wording.TemplateSource:
    """Return the initial template of the editor: the stored one, else the portal's own in the language."""
    stored = find_template(of, kind, language)
    if stored:
        return wording.TemplateSource(stored.subject, stored.text, stored.html)
    return wording.own_template(kind, wording.choose_language(language))


def store_template(of: MailOwner, kind: MailKind, language: str, source: wording.TemplateSource, by: Viewer) -> None:
    """Store a template."""
    values = {"subject": source.subject, "text": source.text, "html": source.html, **_stamp(by)}
    MailTemplate.objects.update_or_create(**of.key, kind=kind.name, language=language, defaults=values)


def add_template(of: MailOwner, kind: MailKind, language: str, source: wording.TemplateSource, by: str) -> bool:
    """Store a template; return ``False`` if there is one already, which stays."""
    values = {"subject": source.subject, "text": source.text, "html": source.html, "changed_by": by}
    return MailTemplate.objects.get_or_create(**of.key, kind=kind.name, language=language, defaults=values)[1]


def delete_template(of: MailOwner, kind: MailKind, language: str) -> bool:
    """Delete a template; return ``False`` if there was none."""
    return MailTemplate.objects.filter(**of.key, kind=kind.name, language=language).delete()[0] > 0


def choose_sending(of: MailOwner, kind: MailKind, wish: str, by: Viewer) -> None:
    """Store whether mails of a kind are sent: ``yes``, ``no``, or anything else to delete the choice."""
    if wish in ("yes", "no"):
        values = {"is_sent": wish == "yes", **_stamp(by)}
        MailChoice.objects.update_or_create(**of.key, kind=kind.name, defaults=values)
    else:
        MailChoice.objects.filter(**of.key, kind=kind.name).delete()


def brand_row(of: MailOwner) -> MailBrand:
    """Return the stored brand, or a new one that is not stored."""
    return MailBrand.objects.filter(**of.key).first() or MailBrand(**of.key)


def store_brand(of: MailOwner, form: dict[str, Any], by: Viewer) -> None:
    """Store the name, colour and logo; without a new logo the old one stays, unless it is to be removed."""
    values: dict[str, Any] = {"colour": form["colour"].lower(), "name": form["name"], **_stamp(by)}
    values["language"] = form["language"]
    if "host" in form:
        values["host"] = form["host"]
    if form["logo"] or form["remove_logo"]:
        values["logo"] = form["logo"]
    MailBrand.objects.update_or_create(**of.key, defaults=values)


def _stamp(by: Viewer) -> dict[str, Any]:
    return {"changed_at": timezone.now(), "changed_by": by.login[:320]}


def preview_template(
    ngnpro: Ngnpro,
    engine: str,
    of: MailOwner,
    kind: MailKind,
    language: str,
    source: wording.TemplateSource,
    account: str,
) -> TemplatePreview:
    """Return the output for an account; raises ``TemplateFault``, or ``NgnproError`` if the viewer may not see it."""
    if kind.about is MailSubject.ACCOUNT:
        ngnpro.sip.get_account(SipId.parse(account))
    content = sample_content(kind, engine, of.reseller, account.strip().lower())
    shown = wording.choose_language(language, content.language)
    filled = wording.fill_template(kind, source, values_of(content), shown)
    return TemplatePreview(filled, html_of(filled, content.brand, shown))


def variables_of(kind: MailKind) -> list[tuple[str, str | Promise]]:
    """Return the variables that a template of a kind can use, with their descriptions."""
    return list(kind.offered.items())
