"""Composing mails: from an outbox row and the current records of NGNPro to a mail with text and HTML."""

from __future__ import annotations

from dataclasses import replace
from email.mime.image import MIMEImage
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.mail.outbox.models import OutboxMessage
from portal.mail.registry import MailContent, MailKind, MailSubject, mail_kinds

from . import blocks, wording
from .brand import Brand, brand_of

LOGO = "logo@mail.portal"
DOTS = "••••••••"


def compose_mail(message: OutboxMessage) -> EmailMultiAlternatives:
    """Compose the mail of an outbox row; raises ``NgnproError`` if NGNPro does not return its content."""
    kind, test = mail_kinds()[message.kind], message.facts.get("test")
    content = sample_content(kind, message.engine, test["reseller"], message.about) if test else kind.read(message)
    language = wording.choose_language(test["language"] if test else content.language, content.brand.language)
    words = wording.word_mail(kind, values_of(content), content.brand, language)
    if words.fault != message.note:
        message.note = words.fault[:500]
        message.save(update_fields=["note"])
    return build_mail(words, content.brand, language, message.recipient, billing=kind.is_about_money)


def build_mail(
    words: wording.Wording, brand: Brand, language: str, to: str, *, billing: bool
) -> EmailMultiAlternatives:
    """Return the mail: text, HTML, and the logo if the HTML shows it."""
    mail = EmailMultiAlternatives(
        words.subject, words.text, brand.sender, [to], reply_to=brand.reply_to(billing=billing)
    )
    mail.extra_headers["Content-Language"] = language
    html = html_of(words, brand, language)
    mail.attach_alternative(html, "text/html")
    if brand.logo and f"cid:{LOGO}" in html:
        logo = MIMEImage(brand.logo, "png")
        logo.add_header("Content-ID", f"<{LOGO}>")
        logo.add_header("Content-Disposition", "inline", filename="logo.png")
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # the stubs lack it
        mail.attach(logo)
    return mail


def html_of(words: wording.Wording, brand: Brand, language: str) -> str:
    """Return the HTML: the template's own, or HTML made of the text."""
    if words.html:
        return words.html
    body = blocks.to_html(words.body, words.links_to)
    context = {"subject": words.subject, "body": body, "language": language, "brand": brand, "logo": logo_url(brand)}
    with override(language):
        return render_to_string("mail/_frame.html", context)


def values_of(content: MailContent) -> dict[str, Any]:
    """Return the values of all variables of a mail: those of its content and those of the brand."""
    brand = content.brand
    return {
        **content.values,
        "company": brand.company,
        "support_email": brand.support,
        "support_web": brand.get("support_web"),
        "settings_page": brand.settings_page,
        "colour": brand.colour,
        "logo": logo_url(brand),
    }


def logo_url(brand: Brand) -> str:
    """Return the URL of the logo within a mail; empty without a logo."""
    return f"cid:{LOGO}" if brand.logo else ""


def sample_content(kind: MailKind, engine: str, reseller: int, address: str) -> MailContent:
    """Return example content for a reseller, or the platform (0), with dots for secrets.

    A mail about an account is filled with a real one; ``NgnproError`` if it does not exist.
    """
    brand = brand_of(engine, reseller)
    if kind.about is MailSubject.PERSON:
        return MailContent({**kind.example, **dict.fromkeys(kind.secrets, DOTS)}, brand)
    message = OutboxMessage(kind=kind.name, about=address, engine=engine, facts=dict(kind.example))
    return replace(hide_secrets(kind, kind.read(message)), brand=brand)


def hide_secrets(kind: MailKind, content: MailContent) -> MailContent:
    """Replace secret values by dots, for anyone but the recipient."""
    hidden = {name: DOTS for name in kind.secrets if content.values.get(name)}
    return replace(content, values={**content.values, **hidden})
