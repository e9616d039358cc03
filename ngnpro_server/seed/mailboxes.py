"""Mailboxes, and where calls go that are not answered."""

from __future__ import annotations

import secrets

from ngnpro_server.ports.sip.settings.diversions import VOICE_MAILBOX
from ngnpro_server.store.schema import diversions, mailboxes
from ngnpro_server.store.settings import FIRST_MAILBOX

from .branches import Account, Branch
from .loading import Loader
from .making import Making

# the conditions that a new mailbox takes over (contract: Call handling)
_TO_MAILBOX = ("FBUS", "FNOA", "FNOL")


def load_mailboxes(making: Making, loader: Loader, branch: Branch) -> None:
    """Load a mailbox for every account in the group ``voicemail``, and diversions for these and others."""
    for account in branch.accounts:
        targets: dict[str, str] = {}
        if account.is_in("voicemail"):
            _load_mailbox(making, loader, account)
            if making.random.random() < 0.8:
                targets = dict.fromkeys(_TO_MAILBOX, VOICE_MAILBOX)
        targets |= _elsewhere(making, branch, account)
        loader.add(
            diversions,
            *({"account_id": account.id, "condition": name, "target": target} for name, target in targets.items()),
        )


def _load_mailbox(making: Making, loader: Loader, account: Account) -> None:
    mailbox_id = loader.next_id(mailboxes)
    mailbox = {
        "id": mailbox_id,
        "account_id": account.id,
        "mailbox": str(FIRST_MAILBOX + mailbox_id),
        "name": account.name,
        "password": f"{secrets.randbelow(10**6):06}",
        "email": account.record["email"],
        "delete_mailed": making.random.random() < 0.4,
        "info": "",
        "announcement": None,
        "change_date": making.moment(account.created),
    }
    loader.add(mailboxes, mailbox)


def _elsewhere(making: Making, branch: Branch, account: Account) -> dict[str, str]:
    """Divert some accounts to the mobile phone, some to a colleague."""
    if account.mobile and making.random.random() < 0.4:
        condition = making.random.choice(("FNOA", "FNOL", "FUNC"))
        return {condition: f"sip:{account.mobile}@{account.domain}"}
    if making.random.random() < 0.08:
        colleague = making.random.choice(branch.accounts)
        if colleague.id != account.id:
            return {making.random.choice(("FBUS", "FUNV", "FUNC")): f"sip:{colleague.address}"}
    return {}
