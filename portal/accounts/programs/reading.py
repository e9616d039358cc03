"""The actions of programs that only read, with the members that CDRTool's page of the same name returns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpResponseBase
from django.utils import timezone

from ngnpro_wire.facts.sip_addresses import SCHEME
from portal.accounts.calls.log import FIRST_LEG, display_name
from portal.accounts.calls.services import check_prepaid
from portal.accounts.calls.tables.credit import spreadsheet_header, spreadsheet_rows
from portal.accounts.forwarding.choices.diversions import NAMES, mobile_of
from portal.accounts.own.aliases import aliases_of
from portal.accounts.own.services import DAYS, MOST_CALLS
from portal.accounts.pages import file_name
from portal.accounts.phones.forms import format_endpoint
from portal.core.spreadsheets import csv_response
from portal.ngnpro import Query, Range
from portal.ngnpro.ports.base import or_none
from portal.ngnpro.records import (
    Call,
    CallQuery,
    CallsQuery,
    CreditHistoryEntry,
    EnumNumberFilter,
    SipDeviceLocation,
)

from .caller import ProgramCaller

CREDIT_ENTRIES = 200
MOST_ADDRESSES = 100
SECONDS_OF_A_DAY = 24 * 3600


def identity(caller: ProgramCaller) -> dict[str, Any]:
    """Return who the user is, and how calls to them behave."""
    account = caller.account
    return {
        "sip_address": str(account.id),
        "email": account.email,
        "first": account.first_name,
        "lastname": account.last_name,
        "pstn_caller_id": account.rpid,
        "mobile_number": mobile_of(account),
        "timezone": account.timezone,
        "no_answer_timeout": account.timeout,
        "quick_dial": account.quickdial_prefix,
    }


def devices(caller: ProgramCaller) -> list[dict[str, Any]]:
    """List the phones that are registered."""
    found = caller.ngnpro.sip.get_sip_device_locations([caller.account.id])
    return [_device(one) for of_account in found for one in of_account.locations]


def _device(one: SipDeviceLocation) -> dict[str, Any]:
    contact = format_endpoint(one.address, one.port)
    return {
        "contact": contact,
        "publicContact": format_endpoint(one.public_address, one.public_port) or contact,
        "expires": one.expires,
        "user_agent": one.user_agent,
        "transport": one.transport,
    }


def history(caller: ProgramCaller) -> dict[str, list[dict[str, Any]]]:
    """Return calls of the last two weeks that have ended, at most 50 in each direction, newest first."""
    since = int(timezone.now().timestamp()) - DAYS * SECONDS_OF_A_DAY
    wanted = CallQuery(from_date=since, limit=MOST_CALLS)
    found = caller.ngnpro.sip.get_calls(caller.account.id, CallsQuery(placed=wanted, received=wanted))
    placed = (call for call in found.placed if call.status != FIRST_LEG)
    return {
        "placed": [_call(caller, call) | {"price": call.price} for call in placed if call.stop_time],
        "received": [
            _call(caller, call) | {"remoteParty": call.from_uri, "displayName": display_name(call.from_header)}
            for call in found.received
            if call.stop_time
        ],
    }


def _call(caller: ProgramCaller, call: Call) -> dict[str, Any]:
    return {
        "remoteParty": call.to_uri,
        "displayName": "",
        "startTime": _local(caller, call.start_time),
        "stopTime": _local(caller, call.stop_time),
        "timezone": str(caller.zone),
        "duration": call.duration,
        "status": str(call.status),
        "sessionId": call.session_id,
        "fromTag": call.from_tag,
        "toTag": call.to_tag,
        "proxyIP": call.proxy_ip,
        "media": list(call.application_types),
    }


def _local(caller: ProgramCaller, seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, caller.zone):%Y-%m-%d %H:%M:%S}"


def prepaid(caller: ProgramCaller) -> dict[str, Any]:
    """Return the balance of a prepaid account, in the platform's currency."""
    check_prepaid(caller.account, "")
    return {"balance": caller.ngnpro.sip.get_prepaid_status([caller.account.id])[0].balance}


def monthly_usage(caller: ProgramCaller) -> dict[str, Any]:
    """Return the number of calls placed in the current month, and their price."""
    placed = caller.ngnpro.sip.get_call_statistics(caller.account.id).placed
    return {"calls": placed.calls, "price": placed.price}


def balance_history(caller: ProgramCaller) -> list[dict[str, Any]] | HttpResponseBase:
    """Return the latest changes of the balance, newest first; as CSV with ``csv=1``."""
    check_prepaid(caller.account, "")
    entries = caller.ngnpro.sip.get_credit_history(caller.account.id, CREDIT_ENTRIES).entries
    if not caller.data.get("csv"):
        return [_credit(entry) for entry in entries]
    rows = spreadsheet_rows(entries, with_calls=True, complete=len(entries) < CREDIT_ENTRIES)
    return csv_response(f"{file_name(caller.account.id)}-prepaid-history.csv", spreadsheet_header(), rows)


def _credit(entry: CreditHistoryEntry) -> dict[str, Any]:
    names = ("date", "action", "description", "value", "balance", "session", "number")
    return {name: getattr(entry, name) for name in names}


def call_forwarding(caller: ProgramCaller) -> dict[str, str]:
    """Return the target of each condition without ``sip:``; empty if calls are not diverted."""
    found = caller.ngnpro.sip.get_call_diversions(caller.account.id)
    return {name.upper(): SCHEME.sub("", getattr(found, name) or "", count=1) for name in NAMES}


def accept_rules(caller: ProgramCaller) -> dict[str, Any]:
    """Return whose calls are accepted when; ``persistent`` has one rule for each set of days, ``rules`` has all."""
    found = caller.ngnpro.sip.get_accept_rules(caller.account.id)
    rules = [
        {"days": rule.days, "start": rule.start, "stop": rule.stop, "groups": list(rule.groups)}
        for rule in found.rules.persistent
    ]
    temporary = found.rules.temporary
    return {
        "persistent": {str(rule.pop("days")): rule for rule in map(dict, rules)},
        "temporary": {"groups": list(temporary.groups), "duration": temporary.duration},
        "groups": list(found.non_empty_groups),
        "rules": rules,
    }


def reject_rules(caller: ProgramCaller) -> list[str]:
    """List the callers that are always rejected, as ``sip:`` addresses."""
    return list(caller.ngnpro.sip.get_reject_members(caller.account.id))


def voicemail(caller: ProgramCaller) -> dict[str, Any]:
    """Return the mailbox without its PIN, which is never shown again; empty if there is none."""
    mailbox = or_none(caller.ngnpro.voicemail.get_account, caller.account.id)
    if mailbox is None:
        return {}
    return {
        "Mailbox": mailbox.mailbox,
        "Name": mailbox.name,
        "Email": mailbox.email,
        "Info": mailbox.info,
        "Options": {"delete": mailbox.options.delete},
    }


def aliases(caller: ProgramCaller) -> list[str]:
    """List the addresses that point to the account, by name."""
    return _unique(str(alias.id) for alias in aliases_of(caller.ngnpro, caller.account))


def numbers(caller: ProgramCaller) -> list[str]:
    """List the telephone numbers that point to the account, with +."""
    wanted = EnumNumberFilter(type="sip", mapto=str(caller.account.id))
    page = caller.ngnpro.enum.get_numbers(Query(filter=wanted, range=Range(0, MOST_ADDRESSES)))
    return _unique(f"+{number.id.number}" for number in page)


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
