"""The table of what programs can do, by the names that CDRTool gave the actions, and the right that each needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from portal.accounts.pages import TRUNK
from portal.core.access import may_open, why_only_looking

from . import chat, reading, writing
from .caller import ProgramCaller, failed


@dataclass(frozen=True, slots=True)
class ProgramAction:
    """An action: what carries it out, the page whose viewers may do the same, and whether it changes something.

    ``for_trunks``: also for telephone systems, which handle some settings themselves (contract: groups, trunking).
    """

    run: Callable[[ProgramCaller], Any]
    page: str
    writes: bool = False
    for_trunks: bool = True


def _not_here(_caller: ProgramCaller) -> dict[str, Any]:
    return failed(_("This portal does not have it."))


HOME, SETTINGS, CREDIT = "accounts:own:home", "accounts:own:settings", "accounts:calls:credit"
CALLS, FORWARDING, INCOMING = "accounts:calls:list", "accounts:forwarding:diversions", "accounts:forwarding:incoming"
DISTURB = "accounts:forwarding:incoming-disturb"

ACTIONS: Mapping[str, ProgramAction] = {
    "get_identity": ProgramAction(reading.identity, SETTINGS),
    "get_devices": ProgramAction(reading.devices, "accounts:phones:list"),
    "get_history": ProgramAction(reading.history, CALLS),
    "get_prepaid": ProgramAction(reading.prepaid, CREDIT),
    "get_monthly_usage": ProgramAction(reading.monthly_usage, CALLS),
    "get_balance_history": ProgramAction(reading.balance_history, CREDIT),
    "get_call_forwarding": ProgramAction(reading.call_forwarding, FORWARDING, for_trunks=False),
    "set_call_forwarding": ProgramAction(writing.set_call_forwarding, FORWARDING, writes=True, for_trunks=False),
    "get_accept_rules": ProgramAction(reading.accept_rules, INCOMING, for_trunks=False),
    "get_reject_rules": ProgramAction(reading.reject_rules, INCOMING, for_trunks=False),
    "set_dnd_on": ProgramAction(writing.do_not_disturb, DISTURB, writes=True, for_trunks=False),
    "set_dnd_off": ProgramAction(writing.disturb, DISTURB, writes=True, for_trunks=False),
    "set_privacy_on": ProgramAction(writing.hide_number, SETTINGS, writes=True),
    "set_privacy_off": ProgramAction(writing.show_number, SETTINGS, writes=True),
    "get_voicemail": ProgramAction(reading.voicemail, "accounts:voicemail:page"),
    "get_aliases": ProgramAction(reading.aliases, "accounts:own:aliases"),
    "get_enum": ProgramAction(reading.numbers, HOME),
    "add_balance": ProgramAction(writing.add_balance, "accounts:calls:credit-voucher", writes=True),
    "get_journal_entries": ProgramAction(chat.chat_entries, HOME),
    "put_journal_entries": ProgramAction(chat.put_chat_entries, HOME, writes=True),
    "delete_journal_entries": ProgramAction(chat.delete_chat_entries, HOME, writes=True),
    "delete_account": ProgramAction(writing.delete_account, "accounts:own:removal", writes=True),
    "export_identity_proof": ProgramAction(_not_here, HOME),
    "add_alias": ProgramAction(writing.add_alias, "accounts:own:aliases", writes=True),
    "get_crt": ProgramAction(_not_here, HOME),
    "get_p12": ProgramAction(writing.get_p12, "accounts:programs:list", writes=True),
}


def why_not_carried_out(action: ProgramAction, caller: ProgramCaller) -> str:
    """Return why the user of an account may not do what a program asks for; empty if they may."""
    viewer = caller.request.viewer
    if not may_open(viewer, action.page):
        return _("Your provider does not offer this.")
    if TRUNK in caller.account.groups and not action.for_trunks:
        return _("This account is a telephone system, which handles this itself.")
    return str(why_only_looking(viewer, action.page)) if action.writes else ""
