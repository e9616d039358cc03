"""The kinds of mails: what each is called, what its templates may name, and whether users get it by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ACCOUNT_INFORMATION = "account-information"
CUSTOMER_LOGIN = "customer-login"
FORGOTTEN_PASSWORD = "forgotten-password"  # noqa: S105
INVITATION = "invitation"
ACCOUNT_REMOVAL = "account-removal"
ACCOUNT_CHANGED = "account-changed"
BALANCE_CHANGED = "balance-changed"
VOICEMAIL_CHANGED = "voicemail-changed"
NUMBER_CHANGED = "number-changed"
ALIAS_CHANGED = "alias-changed"
MAILBOX_PIN = "mailbox-pin"
NEW_PLACE = "new-place"
SUPPORT_ENTERED = "support-entered"
IMPORT_ENDED = "import-ended"
# The fact of a message whose sender may not see passwords.
WITHHELD = "withheld"


class About(StrEnum):
    """What a mail is about, and so what can be put into a preview."""

    ACCOUNT = "account"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail.

    ``variables`` may be named in its templates, ``parts`` are those of its lists' entries; both with what they are.
    ``link_variables`` are those of a one-use link: only our own words name them, in a part of the mail that no template
    changes (``wording.framed``). ``secrets`` are those that a preview never shows. ``choice``: whether users get it
    without anybody's choice; ``None`` where each is sent by a person's own act. Resellers have no part in what
    ``is_to_operators``. ``example`` fills a preview with what no record says.
    """

    name: str
    label: Words
    variables: Mapping[str, Words]
    parts: Mapping[str, Words] = field(default_factory=dict)
    link_variables: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()
    choice: bool | None = None
    about: About = About.ACCOUNT
    is_about_money: bool = False
    is_to_operators: bool = False
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def holds_link(self) -> bool:
        """Whether the mail holds a link that acts for whoever opens it."""
        return bool(self.link_variables)

    @property
    def offered(self) -> Mapping[str, Words]:
        """The variables that a template may use, with what they are; web addresses and pictures not beside a link."""
        house = {name: words for name, words in HOUSE.items() if name in PLAIN or not self.holds_link}
        return {**self.variables, **house}

    @property
    def names(self) -> frozenset[str]:
        """The names that a template may use."""
        return frozenset(self.offered)


PLAIN = frozenset({"company", "support_email"})
HOUSE: Mapping[str, Words] = {
    "company": _("the company, as users know it"),
    "support_email": _("the support address"),
    "support_web": _("the support site"),
    "settings_page": _("the page where users sign in and change their settings"),
    "colour": _("the colour of the brand, as #rrggbb"),
    "logo": _('the logo\'s address, for <img src="…">; empty without a logo'),
}
NAME = {"name": _("the first name of the person")}
ACCOUNT = NAME | {"address": _("the SIP address")}
WHAT_HAPPENED = {
    "added": _("“yes” if it is new"),
    "removed": _("“yes” if it is gone"),
    "changed": _("“yes” if it was changed"),
}
_LINKS = [{"login": "ada@example.com", "role": "SIP account", "url": "https://portal.example.com/…"}]
_LINK_PARTS = {"login": _("what to sign in with"), "role": _("as what"), "url": _("the link that works once")}
_IN_LINKS = frozenset({"links"})

_ALL = (
    Kind(
        ACCOUNT_INFORMATION,
        _("Account information"),
        ACCOUNT
        | {
            "username": _("the part before the @"),
            "domain": _("the part behind the @"),
            "password": _("the SIP password; empty where it is stored encrypted"),
            "encrypted": _("“yes” if the SIP password is not in this mail because it is stored encrypted"),
            "withheld": _("“yes” if passwords are not in this mail because its sender may not see them"),
            "web_password": _("the web password; empty where there is none, or only a hash of it"),
            "web_password_hidden": _("“yes” if there is a web password that is stored encrypted"),
            "proxy": _("the SIP proxy"),
            "outbound_proxy": _("the outbound proxy"),
            "xcap_root": _("the XCAP root"),
            "numbers": _("the telephone numbers, a list"),
            "aliases": _("the aliases, a list"),
            "voicemail": _("where messages of the mailbox go"),
            "pstn": _("“yes” if telephone numbers outside may be called"),
            "codes": _("codes to dial, a list with label and code"),
        },
        {"label": _("what a code does"), "code": _("the code")},
        secrets=frozenset({"password", "web_password"}),
    ),
    Kind(
        CUSTOMER_LOGIN,
        _("Login data of a customer"),
        NAME | {"username": _("what to sign in with"), "password": _("the password")},
        secrets=frozenset({"password"}),
        about=About.PERSON,
        example={"name": "Ada", "username": "harbour"},
    ),
    Kind(
        FORGOTTEN_PASSWORD,
        _("Password reset"),
        NAME,
        _LINK_PARTS,
        link_variables=_IN_LINKS,
        about=About.PERSON,
        example={"name": "Ada", "links": _LINKS},
    ),
    Kind(
        INVITATION,
        _("Invitation of an operator"),
        NAME,
        _LINK_PARTS,
        link_variables=_IN_LINKS,
        is_to_operators=True,
        about=About.PERSON,
        example={"name": "Ada", "links": _LINKS},
    ),
    Kind(
        ACCOUNT_REMOVAL,
        _("Link to delete an account"),
        ACCOUNT,
        link_variables=frozenset({"url", "until"}),
        about=About.PERSON,
        example={
            "name": "Ada",
            "address": "ada@example.com",
            "url": "https://portal.example.com/…",
            "until": "2026-01-02 15:04 UTC",
        },
    ),
    Kind(
        ACCOUNT_CHANGED,
        _("Account changed"),
        ACCOUNT
        | {
            "fields": _("what was changed, a list of names"),
            "new_email": _("“yes” if the e-mail address was changed: then the mail goes to both"),
        },
        choice=True,
        example={"fields": ["email", "web_password"]},
    ),
    Kind(
        BALANCE_CHANGED,
        _("Balance changed"),
        ACCOUNT | {"balance": _("the balance when the mail is written"), "currency": _("its currency")},
        choice=True,
        is_about_money=True,
    ),
    Kind(
        VOICEMAIL_CHANGED,
        _("Voicemail changed"),
        ACCOUNT | WHAT_HAPPENED | {"email": _("where messages go")},
        choice=False,
        example={"happened": "changed"},
    ),
    Kind(
        NUMBER_CHANGED,
        _("Telephone number changed"),
        ACCOUNT | WHAT_HAPPENED | {"number": _("the number")},
        choice=False,
        example={"happened": "added", "number": "31208005169"},
    ),
    Kind(
        ALIAS_CHANGED,
        _("Alias changed"),
        ACCOUNT | WHAT_HAPPENED | {"alias": _("the alias")},
        choice=False,
        example={"happened": "added", "alias": "front@example.com"},
    ),
    Kind(
        MAILBOX_PIN,
        _("New PIN of a mailbox"),
        ACCOUNT | {"pin": _("the PIN, if it may be told"), "access_number": _("the number to listen to messages")},
        secrets=frozenset({"pin"}),
        choice=True,
    ),
    Kind(
        NEW_PLACE,
        _("Sign-in from a new place"),
        NAME
        | {
            "login": _("what the person signed in with"),
            "time": _("when"),
            "source": _("the IP address"),
            "browser": _("the browser, as it calls itself"),
        },
        choice=True,
        about=About.PERSON,
        example={
            "name": "Ada",
            "login": "ada@example.com",
            "time": "2026-01-02 15:04 UTC",
            "source": "192.0.2.7",
            "browser": "Firefox",
        },
    ),
    Kind(
        SUPPORT_ENTERED,
        _("Support opened the account"),
        NAME
        | {
            "login": _("whose pages were opened"),
            "who": _("who opened them"),
            "time": _("when"),
        },
        choice=True,
        about=About.PERSON,
        example={"name": "Ada", "login": "harbour", "who": "Ines", "time": "2026-01-02 15:04 UTC"},
    ),
    Kind(
        IMPORT_ENDED,
        _("Import of a domain ended"),
        NAME
        | {
            "domain": _("the domain"),
            "added": _("how many records were added or completed"),
            "equal": _("how many were there already, and equal"),
            "different": _("how many were there already and differ; they stay as they are"),
            "failed": _("how many were not added, or only in part"),
            "stopped": _("“yes” if the domain itself could not be added, and so nothing in it"),
            "url": _("the page that tells it of each record"),
        },
        choice=True,
        about=About.PERSON,
        example={
            "name": "Ada",
            "domain": "example.com",
            "added": 1480,
            "equal": 12,
            "different": 3,
            "failed": 2,
            "url": "https://portal.example.com/…",
        },
    ),
)
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in _ALL}
CHOICES = tuple(kind for kind in _ALL if kind.choice is not None)
