"""Queues the mails about what the NGNPro servers watch; each is queued once, whenever the worker is killed."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from ngnpro_wire.watch import QUOTA, UNTOLD
from portal.core.events import tell_event
from portal.core.normal_forms import address_for_mail
from portal.core.servers import engines, service_ngnpro
from portal.mail.outbox.services import is_mail_enabled, queue_mail
from portal.ngnpro import Ngnpro, Query, Range, errors
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import Alarm, SipFilter
from portal.people.operators.models import Operator

from .mails import ALARM_RAISED, MISSED_CALLS, QUOTA_REACHED, missed_calls

log = logging.getLogger(__name__)
GROUP = "missed-calls"
_HOUR = 3600


def watching_servers() -> list[Ngnpro]:
    """Return clients of the NGNPro servers that have the port Watch and answer; others are asked again in an hour."""
    return [client for client in map(service_ngnpro, engines().engines) if _is_watching(client)]


def _is_watching(ngnpro: Ngnpro) -> bool:
    key = f"without-watch:{ngnpro.engine.name}"
    if ngnpro.watch.is_there or cache.get(key):
        return ngnpro.watch.is_there
    try:
        ngnpro.sip.get_domains(Query(range=Range(0, 1)))
    except errors.NgnproError as error:
        log.warning("%s cannot be asked what it watches: %s", ngnpro.engine.name, type(error).__name__)
        return False
    if not ngnpro.watch.is_there:
        cache.set(key, "yes", _HOUR)
    return ngnpro.watch.is_there


def queue_alarm_mails(ngnpro: Ngnpro) -> int:
    """Queue the mails about alarms that nobody was told of yet; return the number of alarms."""
    alarms = ngnpro.watch.get_alarms(UNTOLD)
    for alarm in alarms:
        _tell_operators(ngnpro, alarm)
        _tell_others(ngnpro, alarm)
        if alarm.kind == QUOTA:
            _tell_account(ngnpro, alarm)
    if alarms:
        ngnpro.watch.confirm_alarms(alarms[-1].id)
    return len(alarms)


def _tell_operators(ngnpro: Ngnpro, alarm: Alarm) -> None:
    """Queue a mail to every operator who lacks no right and has an e-mail address."""
    facts: dict[str, Any] = {
        "address": str(alarm.sip_id),
        "kind": alarm.kind,
        "value": alarm.value,
        "threshold": alarm.threshold,
        "blocked": alarm.blocked,
        "url": settings.PORTAL_URL + reverse("accounts:detail", args=[alarm.sip_id]),
    }
    with transaction.atomic():
        for operator in Operator.objects.filter(is_active=True):
            if operator.is_full and (recipient := address_for_mail(operator.email)):
                key = _key(ngnpro, alarm.id, alarm.time, recipient)
                named = {"name": str(operator), **facts}
                queue_mail(
                    ALARM_RAISED.name,
                    str(alarm.sip_id),
                    recipient,
                    ngnpro.engine.name,
                    reseller=0,
                    facts=named,
                    key=key,
                )


def _tell_others(ngnpro: Ngnpro, alarm: Alarm) -> None:
    """Tell of an alarm those whom the account belongs to (``portal.core.events``)."""
    account = or_none(ngnpro.sip.get_account, alarm.sip_id)
    owners = (account.customer, account.reseller) if account else ()
    facts = {name: getattr(alarm, name) for name in ("kind", "value", "threshold", "blocked")}
    with transaction.atomic():
        key = _key(ngnpro, "alarm", alarm.id, alarm.time)
        tell_event("alarm.raised", key[:64], ngnpro.engine.name, owners, {"account": str(alarm.sip_id), **facts})


def _tell_account(ngnpro: Ngnpro, alarm: Alarm) -> None:
    """Queue a mail to the user of the account whose quota is reached."""
    account = or_none(ngnpro.sip.get_account, alarm.sip_id)
    name, engine = QUOTA_REACHED.name, ngnpro.engine.name
    if account is None or not is_mail_enabled(name, engine, account.reseller):
        return
    if recipient := address_for_mail(account.email):
        facts = {"spent": alarm.value, "quota": alarm.threshold}
        key = _key(ngnpro, "quota", alarm.id, alarm.time, recipient)
        queue_mail(name, str(account.id), recipient, engine, reseller=account.reseller, facts=facts, key=key)


def queue_missed_calls(ngnpro: Ngnpro, day: datetime) -> int:
    """Queue the mails about the missed calls of a day, to the accounts in the group; return their number."""
    name, engine, queued = MISSED_CALLS.name, ngnpro.engine.name, 0
    for account in ngnpro.sip.iter_accounts(SipFilter(groups=(GROUP,))):
        recipient = address_for_mail(account.email)
        if not recipient or not is_mail_enabled(name, engine, account.reseller):
            continue
        if missed_calls(ngnpro, account.id, day):
            facts = {"day": f"{day:%Y-%m-%d}"}
            key = _key(ngnpro, name, facts["day"], account.id, recipient)
            queue_mail(name, str(account.id), recipient, engine, reseller=account.reseller, facts=facts, key=key)
            queued += 1
    return queued


def _key(ngnpro: Ngnpro, *parts: object) -> str:
    """Return a key that identifies one mail, with which a second call queues no duplicate."""
    return hashlib.sha256(repr((ngnpro.engine.name, *map(str, parts))).encode()).hexdigest()
