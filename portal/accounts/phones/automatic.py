"""Links with which phones fetch their settings: making them, and what a phone gets.

NGNPro has one SIP password for each account. So a phone gets either the stored one, where the platform stores it in
clear text (Linphone: or its hash), or a new one, which all other phones of the account then need as well.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from portal.accounts.phones.formats import PHONE_KINDS, PhoneAccount
from portal.accounts.phones.models import PhoneLink
from portal.accounts.phones.services import settings_for
from portal.core import servers
from portal.core.fields import new_password
from portal.core.record_locks import record_lock
from portal.core.viewer import Viewer
from portal.core.writes import Author, Writes
from portal.ngnpro import errors
from portal.ngnpro.records import SipAccount, SipId
from portal.people.directory import proof_of
from portal.people.identification import viewer_of_account
from portal.people.links import hash_of_token

LIFETIMES = {False: timedelta(minutes=10), True: timedelta(hours=24)}  # by whether it is a desk phone
MOST_AN_HOUR, HOUR = 20, timedelta(hours=1)


def make_phone_link(
    viewer: Viewer, account: SipAccount, kind: str, *, mac: str = "", sets_password: bool
) -> tuple[PhoneLink, str] | None:
    """Store a link and return it with its token; earlier ones for the same phone are no longer valid.

    Returns ``None`` if the account had as many as it may have within the last hour.
    """
    engine, address, now = servers.engine(viewer.engine).name, str(account.id), timezone.now()
    token = secrets.token_urlsafe(32)
    with record_lock(f"phone links of {address} on {engine}"), transaction.atomic():
        links = phone_links(engine, address)
        if links.filter(created_at__gt=now - HOUR).count() >= MOST_AN_HOUR:
            return None
        links.filter(kind=kind, mac=mac, used_at=None, expires_at__gt=now).update(expires_at=now)
        link = PhoneLink.objects.create(
            engine=engine,
            address=address,
            kind=kind,
            mac=mac,
            sets_password=sets_password,
            token_hash=hash_of_token(token),
            proof=proof_of(account),
            made_by=viewer.login,
            expires_at=now + LIFETIMES[PHONE_KINDS[kind].is_desk_phone],
        )
    return link, token


def phone_links(engine: str, address: str) -> models.QuerySet[PhoneLink]:
    """List the links of an account, latest first."""
    return PhoneLink.objects.filter(engine=servers.engine(engine).name, address=address)


def find_phone_link(**which: object) -> PhoneLink | None:
    """Return a link that was not used and has not expired."""
    return PhoneLink.objects.filter(**which, used_at=None, expires_at__gt=timezone.now()).first()


def find_link_of_mac(mac: str) -> PhoneLink | None:
    """Return the link of a desk phone that has proved its MAC address.

    Only those made by staff count: any user could type the address of somebody else's phone.
    """
    staff = PhoneLink.objects.filter(mac=mac, used_at=None, expires_at__gt=timezone.now())
    return staff.exclude(made_by=models.F("address")).first() if mac else None


def fetch_settings(link: PhoneLink, source: str) -> bytes | None:
    """Use a link up and return the settings for its phone; ``None`` if it is not valid, or no longer.

    A new password is set before the settings are returned. If NGNPro refuses or is unavailable, the link stays valid.
    """
    engine = servers.engine(link.engine)
    try:
        account = servers.service_ngnpro(engine.name).sip.get_account(SipId.parse(link.address))
    except errors.Missing:
        return None
    if engine.name != link.engine or not constant_time_compare(proof_of(account), link.proof):
        return None
    valid = PhoneLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=timezone.now())
    if not valid.update(used_at=timezone.now(), source=source):
        return None
    is_given = False
    try:
        password = _set_password(link, account, source) if link.sets_password else account.password
        is_given = True
    finally:
        if not is_given:
            PhoneLink.objects.filter(pk=link.pk).update(used_at=None)
    return PHONE_KINDS[link.kind].write(_as_phone(account, link.engine, password), link.mac)


def _set_password(link: PhoneLink, account: SipAccount, source: str) -> str:
    """Set a new SIP password, and return it."""
    engine, password = servers.engine(link.engine), new_password()
    writes = Writes(Author(viewer_of_account(engine, account), source))
    ngnpro = servers.client_for_writes(writes, engine)
    wanted = replace(account, password=password)
    with writes.change(account, wanted) as write:
        write.stored = ngnpro.sip.update_account(wanted)
    return password


def _as_phone(account: SipAccount, engine: str, password: str) -> PhoneAccount:
    found = {setting.name: setting.value for setting in settings_for(account, engine)}
    return PhoneAccount(
        username=account.id.username,
        domain=account.id.domain,
        name=f"{account.first_name} {account.last_name}".strip(),
        server=found["server"],
        outbound=found.get("outbound", ""),
        transport=settings.PHONE_TRANSPORT,
        password=password,
        ha1="" if password else account.ha1,
    )
