"""What becomes of each file of CDRTool's mail templates: a template of the platform or a reseller, or reasons why not.

CDRTool looks for ``<reseller>/<name>_<language>.tpl``, then without the language, then in the folder ``default``. The
same name with ``.html.tpl`` is the HTML of the mail. Subjects are not in these files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from portal.mail.registry import MailKind, find_mail_kind
from portal.mail.text.brand import engine_name
from portal.mail.text.wording import LANGUAGES, TemplateSource, choose_language, own_template

from .choices import MailOwner
from .forms import TemplateForm
from .services import find_template
from .smarty import Vocabulary, translate_smarty

FILE = re.compile(r"([a-z][a-z_]*?)(?:_([a-z]{2}))?(?:\.html)?\.tpl\Z")
NUMBER = re.compile(r"[1-9][0-9]{0,8}\Z")
KINDS = {
    "sip_settings_email": "account-information",
    "sip_settings_changed": "account-changed",
    "password_reminder": "forgotten-password",
    "delete": "account-removal",
}
VALUES = {
    **{name: name for name in ("name", "username", "domain", "password", "web_password", "xcap_root", "support_web")},
    "firstName": "name",
    "account": "address",
    "sip_proxy": "proxy",
    "sip_outbound_proxy": "outbound_proxy",
    "sip_settings_page": "settings_page",
    "support_email": "support_email",
    "support_company": "company",
}
CONDITIONS = {"allowPSTN": "pstn", "voicemailMailbox": "voicemail"}
LISTS = {"enums": "numbers", "aliases": "aliases", "fields": "fields"}
PLATFORM = MailOwner()
CODES = "The codes to dial are the list “codes” here."
MISSING = {
    "changePrivacyAccessNumber": CODES,
    "checkPrivacyAccessNumber": CODES,
    "voicemailAccessNumber": CODES,
    "email": "The address to which voicemail is sent is “voicemail” here.",
    "cdrtool_address": "Calls are on the page of the settings.",
}


@dataclass(frozen=True, slots=True)
class PlannedTemplate:
    """The files of a template, with the template that they become; ``reasons`` say why they become none."""

    files: tuple[Path, ...]
    owner: MailOwner = PLATFORM
    kind: MailKind | None = None
    language: str = ""
    source: TemplateSource | None = None
    reasons: tuple[str, ...] = ()


class _NotCarried(Exception):
    """The files become no template; each argument is a sentence with a reason."""


def plan_templates(folder: Path, engine: str, is_reseller: Callable[[int], bool]) -> list[PlannedTemplate]:
    """Return what becomes of the templates in a folder and its subfolders; ``OSError`` if they cannot be read.

    Files in a subfolder with the number of a reseller become that reseller's on the NGNPro server ``engine``, others
    the platform's. ``is_reseller`` tells whether NGNPro has a reseller with a number.
    """
    by_name: dict[tuple[Path, str], list[Path]] = {}
    for file in sorted([*folder.glob("*.tpl"), *folder.glob("*/*.tpl")]):
        name = file.name.removesuffix(".tpl").removesuffix(".html")
        by_name.setdefault((file.parent, name), []).append(file)
    return [_plan(folder, tuple(files), engine, is_reseller) for files in by_name.values()]


def _plan(folder: Path, files: tuple[Path, ...], engine: str, is_reseller: Callable[[int], bool]) -> PlannedTemplate:
    try:
        owner = _owner(files[0].parent, folder, engine, is_reseller)
        kind, language = _kind_and_language(files[0].name)
        if find_template(owner, kind, language):
            raise _NotCarried("There is such a template already, which stays.")
        return PlannedTemplate(files, owner, kind, language, _source(files, kind, language))
    except _NotCarried as reasons:
        return PlannedTemplate(files, reasons=reasons.args)


def _owner(parent: Path, folder: Path, engine: str, is_reseller: Callable[[int], bool]) -> MailOwner:
    name = parent.absolute().name
    if NUMBER.match(name):
        if not is_reseller(int(name)):
            raise _NotCarried(f"NGNPro has no reseller {name}.")
        return MailOwner(engine_name(engine), int(name))
    if parent != folder and name != "default":
        raise _NotCarried(f"The folder “{name}” is neither “default” nor the number of a reseller.")
    return PLATFORM


def _kind_and_language(file: str) -> tuple[MailKind, str]:
    found = FILE.match(file)
    kind = find_mail_kind(KINDS.get(found[1], "")) if found else None
    if found is None or kind is None:
        raise _NotCarried(f"The names of templates that are read are {', '.join(KINDS)}, with a language or without.")
    language = found[2] or ""
    if language and language not in LANGUAGES:
        raise _NotCarried(f"There is no language “{language}” here, only {', '.join(LANGUAGES)}.")
    if kind.holds_link:
        raise _NotCarried(
            f"It becomes “{kind.label}”, in which the greeting and the link are always the portal's own. Write what"
            " shall be below the link under Mails."
        )
    return kind, language


def _source(files: tuple[Path, ...], kind: MailKind, language: str) -> TemplateSource:
    """Return the template; raises ``_NotCarried`` with all that has no counterpart."""
    texts = {"html" if file.name.endswith(".html.tpl") else "text": file for file in files}
    if "text" not in texts:
        raise _NotCarried("Only its HTML is there: each template has a text here, too.")
    reasons: list[str] = []
    parts = {part: _translated(file, kind, reasons) for part, file in texts.items()}
    if reasons:
        raise _NotCarried(*reasons)
    form = TemplateForm({"subject": own_template(kind, choose_language(language)).subject, **parts}, kind=kind)
    if not form.is_valid():
        raise _NotCarried(*(f"In its {part} here: {error}" for part, errors in form.errors.items() for error in errors))
    return form.to_record()


def _translated(file: Path, kind: MailKind, reasons: list[str]) -> str:
    try:
        source = file.read_text("utf-8-sig")
    except UnicodeDecodeError:
        reasons.append(f"{file.name} is not text in UTF-8.")
        return ""
    text, gaps = translate_smarty(source, _vocabulary(kind))
    reasons += dict.fromkeys(f"{file.name}, line {gap.line}: {gap.reason}" for gap in gaps)
    return text


def _vocabulary(kind: MailKind) -> Vocabulary:
    """Return the names of the variables that a kind of mail has here."""

    def offered(names: Mapping[str, str]) -> dict[str, str]:
        return {name: ours for name, ours in names.items() if ours in kind.names}

    return Vocabulary(offered(VALUES), offered(CONDITIONS), offered(LISTS), MISSING)
