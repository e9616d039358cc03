"""Store what a person asks for, within limits, and add their account once they have confirmed their e-mail address.

Strangers can send requests, so each is limited before it costs anything: by source, by e-mail address, and by the
number of requests that wait for their confirmation. Nothing is added to NGNPro before the confirmation.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.accounts.choices import WantedExtras
from portal.accounts.services.adding import add_whole
from portal.accounts.voicemail.choices import new_pin
from portal.core import servers
from portal.core.sealing import seal, unseal
from portal.core.viewer import Role, Viewer
from portal.core.writes import Author, Writes
from portal.mail.kinds.account_information import wanted_information
from portal.mail.outbox.services import queue_mail
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import CustomerAccount, CustomerProperty, DnsFancyRecord, SipAccount, SipId
from portal.people.links import hash_of_token

from .models import AccountRequest
from .offers import EnrolmentOffer, enrolment_offers

log = logging.getLogger(__name__)

MAIL_KIND = "confirm-registration"
LIFETIME = timedelta(hours=2)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_SOURCE, PER_EMAIL = 5, 3
# What a new customer may add, as CDRTool gives it.
CREDITS = {"sip_credit": "1", "sip_alias_credit": "1", "email_credit": "1"}
AUTHOR = Viewer(Role.OPERATOR, name="Self-registration", login="self-registration")


class TooManyRegistrations(Exception):
    """Too many people have asked for accounts from this source, for this e-mail address, or in all."""


class AddressTaken(Exception):
    """An account or an alias has the address already."""


class Outcome(Enum):
    """What became of a confirmation."""

    ADDED = "the account was added"
    TAKEN = "someone else has taken the address"
    INVALID = "the link is not valid, or no longer"


def _is_taken(offer: EnrolmentOffer, username: str) -> bool:
    """Return whether an account or an alias has an address."""
    sip, address = servers.service_ngnpro(offer.engine).sip, SipId(username=username, domain=offer.domain)
    return or_none(sip.get_account, address) is not None or or_none(sip.get_alias, address) is not None


def request_account(values: Mapping[str, Any], offer: EnrolmentOffer, source: str) -> AccountRequest:
    """Store what a person asks for, as the form cleans it, and queue the mail with the link that confirms it.

    Raises ``TooManyRegistrations``, ``AddressTaken``, and errors of NGNPro. The request is stored before requests are
    counted, so that simultaneous ones cannot exceed a limit; a refused one counts as well, without its password.
    """
    request = AccountRequest.objects.create(
        domain=offer.domain,
        username=values["username"],
        email=values["email"],
        name=values["display_name"],
        phone=values["phoneNumber"],
        zone=values["tzinfo"] or offer.timezone,
        language=values["lang"],
        source=source,
        expires_at=timezone.now() + LIFETIME,
    )
    if _is_too_much(request):
        request.delete()
        raise TooManyRegistrations
    if _is_taken(offer, request.username):
        AccountRequest.objects.filter(pk=request.pk).update(done_at=request.created_at)
        raise AddressTaken
    with transaction.atomic():
        AccountRequest.objects.filter(pk=request.pk).update(sealed=seal(values["password"]))
        queue_mail(MAIL_KIND, str(request.pk), request.email, offer.engine, reseller=offer.reseller)
    return request


def _is_too_much(request: AccountRequest) -> bool:
    now, every = timezone.now(), AccountRequest.objects.all()
    return (
        every.filter(source=request.source, created_at__gt=now - HOUR).count() > PER_SOURCE
        or every.filter(email=request.email, created_at__gt=now - DAY).count() > PER_EMAIL
        or every.filter(done_at=None, expires_at__gt=now).count() > settings.ENROLMENT_WAITING
    )


def issue_token(request: AccountRequest) -> str:
    """Generate the token of a request's link, store its hash and return it; an earlier one is no longer valid."""
    token = secrets.token_urlsafe(32)
    request.token_hash = hash_of_token(token)
    request.save(update_fields=["token_hash"])
    return token


def find_request(**which: object) -> AccountRequest | None:
    """Return a request that waits for its confirmation and has not expired."""
    found = AccountRequest.objects.filter(**which, done_at=None, expires_at__gt=timezone.now())
    return found.exclude(sealed="").first()


def confirm_request(request: AccountRequest, source: str) -> Outcome:
    """Add the account of a request, once; raises errors of NGNPro, after which it can be confirmed again."""
    offer = enrolment_offers().get(request.domain)
    waiting = AccountRequest.objects.filter(pk=request.pk, done_at=None, expires_at__gt=timezone.now())
    if offer is None or not waiting.update(done_at=timezone.now()):
        return Outcome.INVALID
    is_added = False
    try:
        _add(request, offer, source)
        is_added = True
    except errors.AlreadyExists:
        return Outcome.TAKEN
    finally:
        if not is_added:
            AccountRequest.objects.filter(pk=request.pk).update(done_at=None)
    AccountRequest.objects.filter(pk=request.pk).update(sealed="", token_hash="")
    return Outcome.ADDED


def _add(request: AccountRequest, offer: EnrolmentOffer, source: str) -> None:
    """Add the customer where each account has one, and the account; if the account fails, delete the customer."""
    engine, writes = servers.engine(offer.engine), Writes(Author(AUTHOR, source))
    ngnpro = servers.client_for_writes(writes, engine)
    customer = None if offer.owner else _add_customer(ngnpro, writes, request, offer)
    owner = customer.id if customer else offer.owner
    wanted, extras = _account(request, offer, owner), WantedExtras(pin=new_pin() if offer.mailbox else "")
    try:
        with writes.change(None, wanted, mails=(wanted_information(request.email),)) as write:
            write.stored = add_whole(ngnpro, writes, wanted, extras).account
    except errors.Refusal:
        if customer:
            with writes.change(customer, None):
                ngnpro.customers.delete_account(customer.id)
        raise
    if offer.email_alias:
        _add_email_alias(ngnpro, writes, request, owner)


def _add_customer(ngnpro: Ngnpro, writes: Writes, request: AccountRequest, offer: EnrolmentOffer) -> CustomerAccount:
    """Add the customer of a new account. Nobody knows its password: its owner sets one by a link to their address."""
    first, _blank, last = request.name.partition(" ")
    wanted = CustomerAccount(
        reseller=offer.reseller,
        username=f"{request.username}.{secrets.token_hex(4)}"[:64],
        password=secrets.token_urlsafe(24),
        first_name=first[:64],
        last_name=(last or offer.domain)[:64],
        email=request.email,
        tel=request.phone,
        state="N/A",
        country=offer.country,
        timezone=request.zone,
        language=request.language,
        properties=tuple(CustomerProperty(name=name, value=value) for name, value in CREDITS.items()),
    )
    with writes.change(None, wanted) as write:
        stored = ngnpro.customers.add_account(wanted)
        write.stored = stored
    return stored


def _account(request: AccountRequest, offer: EnrolmentOffer, owner: int) -> SipAccount:
    """Return the new account. A number that the person gave is not verified, so it does not become the caller-ID."""
    first, _blank, last = request.name.partition(" ")
    groups = (*(("free-pstn",) if offer.pstn else ()), *(("prepaid",) if offer.prepaid else ()))
    account = SipAccount(
        id=SipId(username=request.username, domain=request.domain),
        first_name=first[:64],
        last_name=(last or offer.domain)[:64],
        password=unseal(request.sealed),
        email=request.email,
        timezone=request.zone,
        owner=owner,
        prepaid=offer.prepaid,
        quota=offer.quota,
        groups=groups,
    )
    facts = {"registration_email": request.email, "ip": request.source, "language": request.language}
    for name, value in {**facts, "mobile_number": request.phone}.items():
        account = account.with_property(name, value)
    return account


def _add_email_alias(ngnpro: Ngnpro, writes: Writes, request: AccountRequest, owner: int) -> None:
    """Send mail to the SIP address on to the person; if that fails, the account stays, and the log says so."""
    name, kind = request.address, "MBOXFW"
    alias = DnsFancyRecord(zone=request.domain, name=name, type=kind, value=request.email, owner=owner)
    try:
        with writes.change(None, alias) as write:
            write.stored = ngnpro.dns.add_fancy_record(alias)
    except errors.NgnproError as error:
        log.warning("The e-mail alias of %s was not added: %s", request.address, error)
