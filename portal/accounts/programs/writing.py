"""The actions of programs that change something, with the same rules and journal entries as the pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.addresses import sip_uri
from portal.accounts.calls.services import check_prepaid, redeem_voucher
from portal.accounts.forwarding.choices.diversions import NAMES, WantedDiversions, mobile_target
from portal.accounts.forwarding.services.diversions import diversion_doubts, fetch_forwarding, save_forwarding
from portal.accounts.forwarding.services.incoming import set_temporary_rule
from portal.accounts.own.aliases import add_own_alias
from portal.accounts.own.services import Removal, ask_for_removal
from portal.accounts.programs.certificates import (
    LEAST_FILE_PASSWORD,
    MOST_CERTIFICATES,
    are_offered,
    certificates_of,
    issue_certificate,
)
from portal.accounts.services.groups import add_to_group, remove_from_group
from portal.core.record_locks import retried_on_conflict
from portal.ngnpro.records import NOBODY, VOICE_MAILBOX, PrepaidCard, TemporaryAcceptRule

from .caller import InvalidRequest, ProgramCaller, done, failed

HIDES_NUMBER = "anonymous"
MOBILE = "<mobile-number>"
MAILBOXES = (VOICE_MAILBOX, "voice-mailbox")
LONGEST_REST = 7 * 24 * 60
LONGEST_TARGET = 255
MOST_ID = 2**31 - 1


def do_not_disturb(caller: ProgramCaller) -> dict[str, Any]:
    """Reject all calls for ``duration`` minutes, or with 0 until it is turned off."""
    minutes = caller.number("duration", LONGEST_REST)
    rule = TemporaryAcceptRule(groups=(NOBODY,), duration=minutes)
    set_temporary_rule(caller.ngnpro, caller.change, caller.account.id, rule)
    if not minutes:
        return done(_("Do not disturb is on until you turn it off."))
    text = ngettext(
        "Do not disturb is on for %(minutes)s minute.", "Do not disturb is on for %(minutes)s minutes.", minutes
    )
    return done(text % {"minutes": minutes})


def disturb(caller: ProgramCaller) -> dict[str, Any]:
    """Turn do not disturb off; the weekly rules are not changed."""
    set_temporary_rule(caller.ngnpro, caller.change, caller.account.id, TemporaryAcceptRule())
    return done(_("Do not disturb is off."))


def hide_number(caller: ProgramCaller) -> dict[str, Any]:
    """Hide the number of the account from telephones that it calls."""
    if HIDES_NUMBER not in caller.account.groups:
        add_to_group(caller.ngnpro, caller.request.writes, caller.account, HIDES_NUMBER)
    return done(_("Your number is hidden from telephones that you call."))


def show_number(caller: ProgramCaller) -> dict[str, Any]:
    """Show the number of the account to telephones that it calls."""
    if HIDES_NUMBER in caller.account.groups:
        remove_from_group(caller.ngnpro, caller.request.writes, caller.account, HIDES_NUMBER)
    return done(_("Your number is shown to telephones that you call."))


@retried_on_conflict
def set_call_forwarding(caller: ProgramCaller) -> dict[str, Any]:
    """Change the conditions that were sent (``FUNC``, ``FNOL``, ``FBUS``, ``FNOA``, ``FUNV``); empty ends one.

    A target is an address, a number, ``<voice-mailbox>`` or ``<mobile-number>``. The answer has the doubts that the
    page would ask about (``warnings``), such as a target that leads back.
    """
    sent = {name: caller.data[name.upper()] for name in NAMES if name.upper() in caller.data}
    before, options = fetch_forwarding(caller.ngnpro, caller.account, offer_own=False)
    targets = {name: _target(text.strip(), before, caller) for name, text in sent.items()}
    if VOICE_MAILBOX in targets.values() and not options.mailbox:
        raise InvalidRequest(_("This account has no mailbox."))
    after = replace(before, diversions=replace(before.diversions, **targets))  # type: ignore[arg-type]
    if after == before:
        return done(_("The diversions are as they were."))
    doubts = diversion_doubts(caller.ngnpro, options, after)
    save_forwarding(caller.ngnpro, caller.request.writes, options, before, after)
    return done(_("The diversions were changed."), warnings=doubts)


def _target(text: str, before: WantedDiversions, caller: ProgramCaller) -> str | None:
    if not text:
        return None
    if text in MAILBOXES:
        return VOICE_MAILBOX
    if text == MOBILE:
        if not before.mobile:
            raise InvalidRequest(_("This account has no mobile number. Set one in its settings first."))
        return mobile_target(before.mobile, caller.account.id)
    try:
        uri = sip_uri(text, caller.account.id.domain)
    except ValidationError as error:
        raise InvalidRequest(" ".join(error.messages)) from None
    if len(uri) > LONGEST_TARGET:
        raise InvalidRequest(_("An address has at most 255 characters."))
    return uri


def add_alias(caller: ProgramCaller) -> dict[str, Any]:
    """Add the alias ``username`` in the account's domain, if its user may edit aliases."""
    try:
        alias = add_own_alias(caller.ngnpro, caller.request.writes, caller.account, caller.data.get("username", ""))
    except ValidationError as refused:
        raise InvalidRequest(" ".join(refused.messages)) from None
    return done(_("The alias %(alias)s was added.") % {"alias": alias.id})


def add_balance(caller: ProgramCaller) -> dict[str, Any]:
    """Add the value of the voucher ``id`` with the secret ``number`` to the balance."""
    number, card = caller.number("id", MOST_ID), caller.data.get("number", "").strip()
    if not number or not card:
        raise InvalidRequest(_("Send the id and the number of a voucher."))
    check_prepaid(caller.account, "number")
    moved = redeem_voucher(caller.ngnpro, caller.request.writes, caller.account, PrepaidCard(id=number, number=card))
    return done(_("The balance was increased."), balance=moved.new_balance)


def delete_account(caller: ProgramCaller) -> dict[str, Any]:
    """Mail the user a link with which they delete the account; a program cannot delete it."""
    match ask_for_removal(caller.request.viewer, caller.account):
        case Removal.ASKED:
            return done(_("A mail with a link was sent to you. The account is deleted when you open it and confirm."))
        case Removal.NO_EMAIL:
            return failed(_("The account has no valid e-mail address for the link that deletes it."))
        case Removal.TOO_OFTEN:
            return failed(_("Many links were requested within the last hour. Please wait."))
        case _:
            return failed(_("The account is blocked, so its user cannot delete it."))


def get_p12(caller: ProgramCaller) -> HttpResponse | dict[str, Any]:
    """Issue a client certificate as a PKCS#12 file, encrypted with ``file_password`` from the body of the request.

    Only a program that has proved the password of the account gets one, not one with a token or a certificate.
    """
    if not are_offered():
        return failed(_("Your provider does not offer this."))
    if caller.request.headers.get("Authorization", "").partition(" ")[0].lower() not in ("basic", "digest"):
        return failed(_("Sign in with the password of the account to get a certificate."))
    password = caller.request.POST.get("file_password", "")
    if len(password) < LEAST_FILE_PASSWORD:
        raise InvalidRequest(_("Send file_password in the body of a POST: at least 10 characters."))
    if certificates_of(caller.engine, str(caller.account.id)).count() >= MOST_CERTIFICATES:
        return failed(_("The account has too many certificates. End one on the page Programs."))
    caller.request.writes.record_operation("addCertificate", caller.account)
    made = issue_certificate(caller.engine, caller.account, "get_p12", password)
    return HttpResponse(made, content_type="application/x-pkcs12")
