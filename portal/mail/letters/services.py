"""Writing letters: the account information of some accounts, in blocks that a page or a PDF shows."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpRequest
from django.utils import timezone, translation
from django.utils.formats import date_format

from portal.core.once import keep_once, take_once
from portal.core.sealing import seal
from portal.mail.contents import account_information
from portal.mail.kinds import ACCOUNT_INFORMATION, KINDS
from portal.mail.outbox.models import OutboxMessage
from portal.mail.samples import without_secrets
from portal.mail.text import blocks, wording
from portal.mail.text.brand import Brand
from portal.mail.text.composing import values_of
from portal.ngnpro import Ngnpro
from portal.ngnpro.records import SipAccount, SipId

MOST = 100
FORMS = ("page", "pdf")
KIND = KINDS[ACCOUNT_INFORMATION]


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom, from whom, on which day in words, and what it says."""

    address: str
    name: str
    brand: Brand
    language: str
    day: str
    subject: str
    body: list[blocks.Block]

    @property
    def logo(self) -> str:
        """Give the logo as a page can hold it; empty without one."""
        return b64encode(self.brand.logo).decode() if self.brand.logo else ""


def offer(request: HttpRequest, address: str, password: str) -> None:
    """Keep a new account's SIP password for its letter a quarter of an hour: once for the page, once for the PDF."""
    for form in FORMS:
        keep_once(request, _once(form, address), password)


def _once(form: str, address: str) -> str:
    return f"{form} letter of {address}"


def write_letters(request: HttpRequest, ngnpro: Ngnpro, addresses: Iterable[str], form: str) -> list[Letter]:
    """Write the letters of accounts that the viewer may see; ``Missing`` for any other,
    ``Http404`` for what is no address.

    A SIP password that was kept for the letter is in it, and is not there a second time. Who may see no passwords sees
    dots. Each letter is in the journal.
    """
    viewer, writes = request.viewer, request.writes  # type: ignore[attr-defined]
    letters = []
    for address in list(dict.fromkeys(addresses))[:MOST]:
        try:
            account = ngnpro.sip.get_account(SipId.parse(address))
        except ValueError:
            raise Http404(f"{address!r} is not the address of an account") from None
        password = take_once(request, _once(form, str(account.id)))
        writes.tell("printLetter", account)
        letters.append(write_letter(account, viewer.engine, password, with_secrets=viewer.may_see_passwords))
    return letters


def write_letter(account: SipAccount, engine: str, password: str = "", *, with_secrets: bool = True) -> Letter:
    """Write one letter, with the words of the account information."""
    message = OutboxMessage(kind=KIND.name, about=str(account.id), engine=engine)
    if password:
        message.sealed, message.sealed_until = seal(password), timezone.now() + timedelta(minutes=1)
    content = account_information(message)
    content = content if with_secrets else without_secrets(KIND, content)
    language = wording.language_of(content.language, content.brand.language)
    words = wording.word(KIND, values_of(content), content.brand, language)
    name = f"{account.first_name} {account.last_name}".strip()
    body = blocks.read(words.text)
    return Letter(
        str(account.id), name, content.brand, language, day_of(timezone.localdate(), language), words.subject, body
    )


def day_of(day: date, language: str) -> str:
    """Write a day as people do in a language."""
    with translation.override(language):
        return date_format(day, "DATE_FORMAT")
