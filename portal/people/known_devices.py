"""Devices that people have signed in from before.

A person is notified by mail of a sign-in from a new device, since it may be another person's. Known devices are exempt
from lockouts of a name that strangers cause (``lockouts``). A device is identified by its network and its browser, not
by its address, which changes often on mobile phones.
"""

from __future__ import annotations

import ipaddress
import logging
import re
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.core import servers
from portal.core.normal_forms import address_for_mail
from portal.core.servers import service_ngnpro
from portal.core.viewer import Role
from portal.mail.outbox.services import is_mail_enabled, queue_mail
from portal.ngnpro import errors
from portal.ngnpro.records import SipId
from portal.people import sessions
from portal.people.client_address import client_address
from portal.people.models import KnownDevice
from portal.people.operators.models import Operator
from portal.people.viewers import PERSON

log = logging.getLogger(__name__)

NEW_DEVICE = "new-place"
KEEP = timedelta(days=180)
NETWORK = {4: 16, 6: 32}
OTHERS = (Role.RESELLER, Role.CUSTOMER, Role.SUBSCRIBER)
VERSIONS = re.compile(r"[\d._]+")


def note_device(request: HttpRequest) -> None:
    """Store the device from which a person signed in, and queue a mail to them if it is a new one.

    If the mail cannot be queued, the sign-in goes on.
    """
    person, source = sessions.person_of(request.session)[:400], client_address(request)
    browser = request.headers.get("User-Agent", "")
    earlier = KnownDevice.objects.filter(person=person).exists()
    _device, is_new = KnownDevice.objects.update_or_create(
        person=person, mark=mark_of(source, browser), defaults={"seen_at": timezone.now()}
    )
    if is_new and earlier:
        try:
            queue_new_device_mail(request, person, {"source": source, "browser": browser[:120]})
        except (errors.NgnproError, DatabaseError) as error:
            log.warning("No mail was queued about a sign-in from a new device: %s", type(error).__name__)


def is_known_device(request: HttpRequest, name: str) -> bool:
    """Return whether anyone with a login name has signed in from this request's device before."""
    mark = mark_of(client_address(request), request.headers.get("User-Agent", ""))
    operators = Operator.objects.filter(username__iexact=name).values_list("pk", flat=True)
    persons = [sessions.operator_key(pk) for pk in operators]
    persons += [sessions.person_key(role, engine, name) for role in OTHERS for engine in servers.engines().engines]
    return KnownDevice.objects.filter(person__in=[person[:400] for person in persons], mark=mark).exists()


def mark_of(source: str, browser: str) -> str:
    """Return the keyed hash that identifies a device: of its network, and its browser without the version."""
    try:
        address = ipaddress.ip_address(source)
        network = str(ipaddress.ip_network((source, NETWORK[address.version]), strict=False))
    except ValueError:
        network = ""
    text = f"{network} {VERSIONS.sub('', browser)}"
    return salted_hmac("portal.identity.known", text, algorithm="sha256").hexdigest()


def queue_new_device_mail(request: HttpRequest, person: str, facts: dict[str, Any]) -> None:
    """Queue the mail to the person who signed in, if they have a valid e-mail address and get such mails."""
    recipient, engine, who = addressee_of(request)
    if not address_for_mail(recipient) or not is_mail_enabled(NEW_DEVICE, engine, who["reseller"]):
        return
    when = timezone.now().strftime("%Y-%m-%d %H:%M UTC")
    with transaction.atomic():
        everything = {**facts, **who, "time": when}
        queue_mail(NEW_DEVICE, person[:320], recipient, engine, reseller=who["reseller"], facts=everything)


def addressee_of(request: HttpRequest) -> tuple[str, str, dict[str, Any]]:
    """Return a person's e-mail address, their NGNPro server, and their name, login, language and reseller."""
    if isinstance(request.user, Operator):
        who = {"name": str(request.user), "login": request.user.username, "language": "", "reseller": 0}
        return request.user.email, "", who
    person = request.session[PERSON]
    engine, who = person["engine"], {"name": person["name"], "login": person["login"]}
    ngnpro = service_ngnpro(engine)
    if person["role"] == Role.SUBSCRIBER:
        account = ngnpro.sip.get_account(SipId.parse(person["account"]))
        return (
            account.email,
            engine,
            {**who, "language": account.get_property("language"), "reseller": account.reseller},
        )
    customer = ngnpro.customers.get_account(person["customer"])
    return customer.email, engine, {**who, "language": customer.language, "reseller": customer.reseller}


def delete_old_devices() -> None:
    """Delete devices from which no one has signed in for half a year."""
    KnownDevice.objects.filter(seen_at__lt=timezone.now() - KEEP).delete()
