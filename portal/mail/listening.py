"""Which mails a write calls for: listens to what is written to NGNPro, as the journal does, and queues them.

A mail that cannot be queued stops nobody: NGNPro has done its part already.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from portal.core import writes
from portal.core.service import service_ngnpro
from portal.core.viewer import Viewer, acting_started
from portal.core.web_passwords import WEB_PASSWORD, is_same
from portal.core.writes import Write
from portal.mail.outbox.services import queue
from portal.mail.text.brand import engine_name, good_address
from portal.mail.text.models import MailChoice
from portal.mail.text.words import FIELDS
from portal.ngnpro import errors
from portal.ngnpro.records import CustomerAccount, EnumNumber, SipAccount, SipAlias, SipId, VoicemailAccount
from portal.ngnpro.records.base import shape_of

from . import kinds
from .kinds import KINDS

log = logging.getLogger(__name__)

BALANCE_OPERATIONS = frozenset({"addBalance", "addBalanceFromVoucher"})
# Groups that say how things stand, and that nobody sets by themselves.
STATES = frozenset({"quota", "prepaid", "voicemail"})
MEMBERS = (
    *("first_name", "last_name", "email", "timezone", "rpid", "owner", "prepaid", "quota", "acl"),
    *("call_limit", "timeout", "quickdial_prefix", "region"),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail of a kind that is due to the user of an account, if his reseller's users get such mails.

    ``recipients`` are empty for the account's own address; ``account`` is known where the write itself holds it.
    """

    kind: str
    address: str
    facts: dict[str, Any] = field(default_factory=dict)
    recipients: tuple[str, ...] = ()
    account: SipAccount | None = None


def connect() -> None:
    """Listen from now on."""
    writes.ended.connect(ended, dispatch_uid="mail")
    writes.settled.connect(ended, dispatch_uid="mail")
    acting_started.connect(entered, dispatch_uid="mail")


def ended(sender: object, write: Write, **_: Any) -> None:
    """Queue what a write that has ended well calls for."""
    if write.finished and any(call.outcome == "ok" for call in write.calls):
        queue_mails_of(write, f"journal {write.number}" if write.number else "")


def queue_mails_of(write: Write, cause: str = "") -> None:
    """Queue the mails that a change calls for, once it is known that the change was made.

    For a change of which nobody knew at first whether it was made, this is called when that has become clear
    (``portal.core.writes.settled``). ``write`` has ``before``, ``after``, ``about`` and ``calls`` as at that time.
    ``cause`` names the change for good, e.g. ``journal 17``: with it, calling again queues nothing twice. What cannot
    be queued is in the log, and stops nobody.
    """
    for notice in notices_of(write):
        try:
            tell(notice, write.author.viewer.engine, cause)
        except (errors.NgnproError, DatabaseError, ValueError) as error:
            log.error("A mail (%s) could not be queued: %s", notice.kind, type(error).__name__)


def notices_of(write: Write) -> Iterator[Notice]:
    """List the mails that a write calls for, whatever anybody chose."""
    for record, read in READERS.items():
        if isinstance(write.before, record) or isinstance(write.after, record):
            yield from read(write.before, write.after)
    kind, address = write.about
    if kind == "account" and any(call.operation in BALANCE_OPERATIONS for call in write.calls):
        yield Notice(kinds.BALANCE_CHANGED, address)


def of_account(before: SipAccount | None, after: SipAccount | None) -> Iterator[Notice]:
    """Tell of changed fields, at the old and at the new address."""
    if before is not None and after is not None and (fields := changed_fields(before, after)):
        both = tuple(dict.fromkeys((before.email.lower(), after.email.lower())))
        yield Notice(kinds.ACCOUNT_CHANGED, str(after.id), {"fields": fields}, both, after)


def changed_fields(before: SipAccount, after: SipAccount) -> list[str]:
    """Name what of an account changed that its user should know of, by wire name; a password left empty stays."""
    names = shape_of(SipAccount).wire_names
    found = {names[name] for name in MEMBERS if getattr(before, name) != getattr(after, name)}
    if before.get_property("language") != after.get_property("language"):
        found.add("language")
    if not is_same(before, after):
        found.add(WEB_PASSWORD)
    if after.password and after.password != before.password:
        found.add("password")
    if set(before.groups) - STATES != set(after.groups) - STATES:
        found.add("groups")
    return [name for name in FIELDS if name in found]


def of_mailbox(before: VoicemailAccount | None, after: VoicemailAccount | None) -> Iterator[Notice]:
    """Tell of a mailbox that came, went or changed, and of a new PIN; never the PIN itself.

    That a new mailbox has a PIN is no news: whoever adds it is shown it, and the copy of a domain tells nobody.
    """
    one = before or after
    if one is None:
        return
    address, stands = str(one.sip_id), after or one
    was, now = before and _without_pin(before), after and _without_pin(after)
    if was != now:
        facts = {"happened": _happened(before, after), "email": stands.email if after else ""}
        yield Notice(kinds.VOICEMAIL_CHANGED, address, facts)
    if before and after and after.password and after.password != before.password:
        yield Notice(kinds.MAILBOX_PIN, address)


def _without_pin(box: VoicemailAccount) -> tuple[str, str, bool]:
    return box.name, box.email, box.options.delete


def of_alias(before: SipAlias | None, after: SipAlias | None) -> Iterator[Notice]:
    """Tell those accounts to which an alias leads now, or led before."""
    was, now = before and str(before.target), after and str(after.target)
    for address, happened in ((was, "removed"), (now, "added")):
        if address and was != now:
            alias = str((after or before).id)  # type: ignore[union-attr]  # one of them is there
            yield Notice(kinds.ALIAS_CHANGED, address, {"happened": happened, "alias": alias})


def of_number(before: EnumNumber | None, after: EnumNumber | None) -> Iterator[Notice]:
    """Tell those accounts to which a number leads now, or led before."""
    was, now = targets_of(before), targets_of(after)
    number = (after or before).id.number  # type: ignore[union-attr]  # one of them is there
    for address in sorted(was.keys() | now.keys()):
        happened = _happened(was.get(address), now.get(address))
        if was.get(address) != now.get(address):
            yield Notice(kinds.NUMBER_CHANGED, address, {"happened": happened, "number": number})


def targets_of(number: EnumNumber | None) -> dict[str, list[tuple[int, int]]]:
    """List the SIP accounts to which a number leads, each with the order and lifetime of its entries."""
    found: dict[str, list[tuple[int, int]]] = {}
    for mapping in number.mappings if number else ():
        if mapping.type == "sip" and "@" in mapping.mapto:
            address = mapping.mapto.removeprefix("sip:").lower()
            found.setdefault(address, []).append((mapping.priority, mapping.ttl))
    return found


def _happened(before: object, after: object) -> str:
    return "added" if before is None else "removed" if after is None else "changed"


def tell(notice: Notice, engine: str, cause: str = "") -> None:
    """Queue a notice for each of its recipients, unless it is not to be sent; an account that is gone gets none."""
    account = notice.account or find_account(notice, engine)
    if account is None or not is_sent(notice.kind, engine, account.reseller):
        return
    recipients = notice.recipients or (account.email.lower(),)
    with transaction.atomic():
        for recipient in filter(good_address, recipients):
            queue(
                notice.kind,
                notice.address,
                recipient,
                engine,
                reseller=account.reseller,
                facts=notice.facts,
                key=key_of(cause, notice, recipient),
            )


def key_of(cause: str, notice: Notice, recipient: str) -> str:
    """Name one mail of one cause; empty without a cause, since each message is one of its own then."""
    text = json.dumps([cause, notice.kind, notice.address, recipient])
    return hashlib.sha256(text.encode()).hexdigest() if cause else ""


def find_account(notice: Notice, engine: str) -> SipAccount | None:
    """Fetch the account of a notice, where anybody's users get such mails at all."""
    anywhere = MailChoice.objects.filter(kind=notice.kind, is_sent=True).exists()
    if not (KINDS[notice.kind].choice or anywhere):
        return None
    try:
        return service_ngnpro(engine).sip.get_account(SipId.parse(notice.address))
    except (errors.Missing, ValueError):
        return None


def is_sent(kind: str, engine: str, reseller: int) -> bool:
    """Tell whether users of a reseller get mails of a kind: by his choice, else by the platform's, else by default."""
    rows = MailChoice.objects.filter(kind=kind, engine__in=(engine_name(engine), ""), reseller__in=(reseller, 0))
    chosen = rows.order_by("-reseller", "-engine").first()
    return chosen.is_sent if chosen else bool(KINDS[kind].choice)


def entered(sender: object, viewer: Viewer, customer: CustomerAccount, **_: Any) -> None:
    """Tell a customer that somebody acts for him now."""
    recipient = good_address(customer.email)
    try:
        if not recipient or not is_sent(kinds.SUPPORT_ENTERED, viewer.engine, customer.reseller):
            return
        facts = {
            "name": customer.first_name,
            "login": customer.username,
            "who": viewer.name,
            "time": timezone.now().strftime("%Y-%m-%d %H:%M UTC"),
            "language": customer.language,
            "reseller": customer.reseller,
        }
        about, reseller = f"customer {customer.id}", customer.reseller
        queue(kinds.SUPPORT_ENTERED, about, recipient, viewer.engine, reseller=reseller, facts=facts)
    except DatabaseError as error:
        log.error("A mail (%s) could not be queued: %s", kinds.SUPPORT_ENTERED, type(error).__name__)


READERS: dict[type[Any], Callable[[Any, Any], Iterator[Notice]]] = {
    SipAccount: of_account,
    VoicemailAccount: of_mailbox,
    SipAlias: of_alias,
    EnumNumber: of_number,
}
