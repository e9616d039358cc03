"""The registry of the kinds of mail: the declaration of each kind, and the list of all kinds.

A kind is declared in one place, together with what reads its content: the kinds about accounts and customers in
``portal.mail.kinds``, and those of another part of the portal in its module ``mails``, which Django's discovery imports
when the portal starts (``portal.mail.apps``). Nothing else holds a table of kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.writes import Write
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.brand import Brand
from portal.ngnpro.records import SipAccount

R = TypeVar("R")
Words = str | Promise


class MailSubject(StrEnum):
    """The subject of a kind of mail: a SIP account, with which a preview can be filled, or a person."""

    ACCOUNT = "account"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class MailContent:
    """The content of a mail: values for its template, the sender's brand, and the recipient's preferred language."""

    values: dict[str, Any]
    brand: Brand = field(default_factory=Brand)
    language: str = ""


@dataclass(frozen=True, slots=True)
class MailNotice:
    """A mail that a change calls for, to the user of an account.

    ``facts`` are stored with the mail. ``recipients`` are empty for the account's own e-mail address; ``account`` is
    set if the change itself holds it. ``can_wait``: its facts are lists, and later changes may be told with it.
    """

    address: str
    facts: dict[str, Any] = field(default_factory=dict)
    recipients: tuple[str, ...] = ()
    account: SipAccount | None = None
    can_wait: bool = False


def on_change_of(
    record: type[R], notices: Callable[[R | None, R | None], Iterator[MailNotice]]
) -> Callable[[Write], Iterator[MailNotice]]:
    """Return a function for ``MailKind.notices`` that is called with a record of one type before and after a change."""

    def notices_of(write: Write) -> Iterator[MailNotice]:
        before = write.before if isinstance(write.before, record) else None
        after = write.after if isinstance(write.after, record) else None
        if before is not None or after is not None:
            yield from notices(before, after)

    return notices_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A kind of mail.

    ``read`` reads the content of a mail when it is written; it raises ``NgnproError`` if NGNPro does not answer, and
    ``ValueError`` if the mail is no longer to be sent. ``notices`` returns the mails of this kind that a change calls
    for (``on_change_of``). ``choice``: whether users get such mails by default; ``None`` if each is sent on request.

    ``variables`` can be used in templates, ``parts`` are those of the entries of lists; both with a description.
    ``link_variables`` belong to a one-use link: only the portal's own text uses them, in a part of the mail that no
    template changes (``wording.frame_text``). ``secrets`` are variables that a preview never shows. ``example`` fills a
    preview with facts that no record holds. Resellers cannot change mails that are ``is_to_operators``; answers to
    those that are ``is_about_money`` go to the billing address.
    """

    name: str
    label: Words
    variables: Mapping[str, Words]
    read: Callable[[OutboxMessage], MailContent]
    notices: Callable[[Write], Iterator[MailNotice]] | None = None
    choice: bool | None = None
    parts: Mapping[str, Words] = field(default_factory=dict)
    link_variables: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    example: Mapping[str, Any] = field(default_factory=dict)
    about: MailSubject = MailSubject.ACCOUNT
    is_about_money: bool = False
    is_to_operators: bool = False

    @property
    def holds_link(self) -> bool:
        """Whether the mail contains a link that anyone who opens it can use without signing in."""
        return bool(self.link_variables)

    @property
    def offered(self) -> Mapping[str, Words]:
        """The variables that a template can use, with descriptions; beside a link no web addresses and pictures."""
        brand = {name: words for name, words in BRAND_VARIABLES.items() if name in PLAIN or not self.holds_link}
        return {**self.variables, **brand}

    @property
    def names(self) -> frozenset[str]:
        """The names of the variables that a template can use."""
        return frozenset(self.offered)


PLAIN = frozenset({"company", "support_email"})
BRAND_VARIABLES: Mapping[str, Words] = {
    "company": _("the company, as users know it"),
    "support_email": _("the support address"),
    "support_web": _("the support site"),
    "settings_page": _("the page where users sign in and change their settings"),
    "colour": _("the colour of the brand, as #rrggbb"),
    "logo": _('the logo\'s address, for <img src="…">; empty without a logo'),
}
_kinds: dict[str, MailKind] = {}


def register_mail_kind(kind: MailKind) -> MailKind:
    """Add a kind to those that exist, and return it; ``ValueError`` if another one has its name."""
    if kind.name in _kinds:
        raise ValueError(f"A kind of mail with the name {kind.name!r} exists already.")
    _kinds[kind.name] = kind
    return kind


def mail_kinds() -> Mapping[str, MailKind]:
    """Map the names of all kinds to the kinds, in the order of the names."""
    return dict(sorted(_kinds.items()))


def find_mail_kind(name: str) -> MailKind | None:
    """Return a kind by its name."""
    return _kinds.get(name)
