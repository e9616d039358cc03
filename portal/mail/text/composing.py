"""Writing messages: from an outbox row and what NGNPro says now to a mail with text and HTML."""

from __future__ import annotations

from email.mime.image import MIMEImage
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from portal.mail.contents import CONTENTS, Content
from portal.mail.kinds import KINDS
from portal.mail.outbox.models import OutboxMessage
from portal.mail.samples import sample

from . import blocks, wording
from .brand import Brand

LOGO = "logo@mail.portal"


def compose(message: OutboxMessage) -> EmailMultiAlternatives:
    """Write the mail of an outbox row; ``NgnproError`` when NGNPro cannot say what belongs in it."""
    kind, test = KINDS[message.kind], message.facts.get("test")
    content = sample(kind, message.engine, test["reseller"], message.about) if test else CONTENTS[message.kind](message)
    wish = test["language"] if test else content.language
    language = wording.language_of(wish, content.brand.language)
    words = wording.word(kind, values_of(content), content.brand, language)
    if words.fault != message.note:
        message.note = words.fault[:500]
        message.save(update_fields=["note"])
    return write(words, content.brand, language, message.recipient, billing=kind.is_about_money)


def write(words: wording.Wording, brand: Brand, language: str, to: str, *, billing: bool) -> EmailMultiAlternatives:
    """Make the mail: text, HTML, and the logo where the HTML shows it."""
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
        mail.mixed_subtype = "related"  # type: ignore[attr-defined]  # the stubs forget it
        mail.attach(logo)
    return mail


def html_of(words: wording.Wording, brand: Brand, language: str) -> str:
    """Give the HTML: the template's own, or one made of the text."""
    if words.html:
        return words.html
    body = blocks.to_html(blocks.read(words.text), words.links_to)
    context = {"subject": words.subject, "body": body, "language": language, "brand": brand, "logo": logo_of(brand)}
    with override(language):
        return render_to_string("mail/_frame.html", context)


def values_of(content: Content) -> dict[str, Any]:
    """Give all that a template may name: what the mail is about, and whose it is."""
    brand = content.brand
    return {
        **content.values,
        "company": brand.company,
        "support_email": brand.support,
        "support_web": brand.get("support_web"),
        "settings_page": brand.settings_page,
        "colour": brand.colour,
        "logo": logo_of(brand),
    }


def logo_of(brand: Brand) -> str:
    """Give the address of the logo within a mail; empty without a logo."""
    return f"cid:{LOGO}" if brand.logo else ""
