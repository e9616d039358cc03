"""Writing letters: the account information of accounts, as blocks that a page or a PDF shows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from django.utils.formats import date_format

from portal.core.sealing import keep_secret_once, seal, take_secret
from portal.mail.kinds.account_information import ACCOUNT_INFORMATION
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text import blocks, wording
from portal.mail.text.brand import Brand
from portal.mail.text.composing import hide_secrets, values_of
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount, SipId

MOST = 100
FORMS = ("page", "pdf")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: the recipient, the brand of the sender, the date as text, and the body."""

    address: str
    name: str
    brand: Brand
    language: str
    day: str
    subject: str
    body: tuple[blocks.TextBlock, ...]

    @property
    def logo(self) -> str:
        """Return the logo in base64 for a page; empty without a logo."""
        return b64encode(self.brand.logo).decode() if self.brand.logo else ""


def offer_letter(request: HttpRequest, address: str, password: str) -> None:
    """Store a new account's SIP password for its letter for 15 minutes: once for the page, once for the PDF."""
    for form in FORMS:
        keep_secret_once(request, _once(form, address), password)


def _once(form: str, address: str) -> str:
    return f"{form} letter of {address}"


def write_letters(request: HttpRequest, ngnpro: Ngnpro, addresses: Iterable[str], form: str) -> list[Letter]:
    """Write the letters of accounts.

    Raises ``Missing`` if the viewer may not see an account, and ``Http404`` for an invalid address.

    A SIP password that was stored for the letter can be read only once. If the viewer may not see passwords, the letter
    has dots instead. Each letter is journaled.
    """
    viewer, writes = request.viewer, request.writes  # type: ignore[attr-defined]
    letters = []
    for address in list(dict.fromkeys(addresses))[:MOST]:
        try:
            account = ngnpro.sip.get_account(SipId.parse(address))
        except ValueError:
            raise Http404(f"{address!r} is not the address of an account") from None
        password = take_secret(request, _once(form, str(account.id)))
        writes.record_operation("printLetter", account)
        letters.append(write_letter(account, viewer.engine, password, with_secrets=viewer.may_see_passwords))
    return letters


def write_letter(account: SipAccount, engine: str, password: str = "", *, with_secrets: bool = True) -> Letter:
    """Write one letter, with the wording of the account information."""
    message = OutboxMessage(kind=ACCOUNT_INFORMATION.name, about=str(account.id), engine=engine)
    if password:
        message.sealed, message.sealed_until = seal(password), timezone.now() + timedelta(minutes=1)
    content = ACCOUNT_INFORMATION.read(message)
    content = content if with_secrets else hide_secrets(ACCOUNT_INFORMATION, content)
    language = wording.choose_language(content.language, content.brand.language)
    words = wording.word_mail(ACCOUNT_INFORMATION, values_of(content), content.brand, language)
    name = f"{account.first_name} {account.last_name}".strip()
    day = format_day(timezone.localdate(), language)
    return Letter(str(account.id), name, content.brand, language, day, words.subject, words.body)


def format_day(day: date, language: str) -> str:
    """Return a date in the format of a language."""
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")
