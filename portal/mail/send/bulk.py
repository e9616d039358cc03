"""Sending the account information of many accounts: how a job finds the recipient and queues each mail once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from portal.core.bulk import ConflictRow, PartInJob, Wish
from portal.core.normal_forms import address_for_mail
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import SipId

State = Mapping[str, Any]


def find_recipient(ngnpro: Ngnpro, key: str) -> State | None:
    """Return the e-mail address of an account, to which no mail of this job was sent."""
    account = or_none(ngnpro.sip.get_account, SipId.parse(key))
    return {"email": account.email, "sent": "", "with_passwords": False} if account else None


def to_send(state: State, wish: Wish) -> State:
    """Return the state after the mail was sent."""
    if not address_for_mail(state["email"]):
        raise ConflictRow(_("It has no valid e-mail address."))
    return {**state, "sent": wish.job, "with_passwords": wish.viewer.may_see_passwords}


def send(ngnpro: Ngnpro, key: str, state: State, _read: State) -> None:
    """Queue the mail, unless the address has changed since the plan."""
    account = ngnpro.sip.get_account(SipId.parse(key))
    if account.email != state["email"]:
        raise errors.ChangedMeanwhile(0, _("Its e-mail address was changed after the plan."))
    queue_account_information(
        str(account.id),
        account.email,
        ngnpro.engine.name,
        reseller=account.reseller,
        key=_key_of(key, state),
        with_passwords=state["with_passwords"],
    )


def is_sent(_ngnpro: Ngnpro, key: str, state: State, _read: State) -> bool:
    """Return whether the mail is in the outbox."""
    return OutboxMessage.objects.filter(key=_key_of(key, state)).exists()


def _key_of(key: str, state: State) -> str:
    return f"job {uuid.uuid5(uuid.UUID(state['sent']), key)}"


INFORMATION = PartInJob(find=find_recipient, update=send, is_done=is_sent, operation="sendAccountInformation")
