"""Accounts on the pages of domains and customers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy

from portal.accounts.beside import BesideAccounts, fetch_devices
from portal.accounts.choices import GROUPS, state_of
from portal.accounts.tables import online_words, phones_in_words
from portal.core.in_words import address_in_words
from portal.core.markup import page_url
from portal.core.related import FEW, Related, RelatedRow, RelatedState
from portal.ngnpro import Ngnpro, OrderBy, Query, Range, RecordPage
from portal.ngnpro.records import CustomerAccount, SipAccount, SipDomain, SipFilter

COUNTED = (("blocked", "bad"), ("quota", "warn"))


def _of_domain(domain: SipDomain, **more: Any) -> SipFilter:
    return SipFilter(domain=domain.domain, **more)


def _of_customer(customer: CustomerAccount, **more: Any) -> SipFilter:
    return SipFilter(**{"reseller" if customer.is_reseller else "owner": customer.id, **more})


Conditions = Callable[..., SipFilter]


def _fetch(conditions: Conditions, ngnpro: Ngnpro, record: Any) -> RecordPage[SipAccount]:
    query = Query(filter=conditions(record), order_by=OrderBy("changeDate", "DESC"), range=FEW)
    return ngnpro.sip.get_accounts(query)


def _count(conditions: Conditions, group: str, ngnpro: Ngnpro, record: Any) -> int:
    return ngnpro.sip.get_accounts(Query(filter=conditions(record, groups=(group,)), range=Range(0, 1))).total


def _row(account: SipAccount, beside: BesideAccounts | None) -> RelatedRow:
    lamp, state = state_of(account.groups)
    devices = beside.devices.get(str(account.id)) if beside else None
    if devices is not None and lamp == "on":
        online, offline = online_words()
        lamp, state = ("on", phones_in_words(devices) or online) if devices else ("", offline)
    name = f"{account.first_name} {account.last_name}".strip()
    return RelatedRow(page_url("accounts:detail", account.id), address_in_words(str(account.id)), name, lamp, state)


def _accounts(of: str, conditions: Conditions, in_url: Callable[[Any], dict[str, Any]]) -> Related:
    return Related(
        of=of,
        label=gettext_lazy("Accounts"),
        icon="account",
        page="accounts:list",
        filter=in_url,
        fetch=partial(_fetch, conditions),
        row=_row,
        beside=fetch_devices,
        states=tuple(
            RelatedState(
                label=GROUPS[name].label, lamp=lamp, filter={"state": name}, count=partial(_count, conditions, name)
            )
            for name, lamp in COUNTED
        ),
    )


RELATED = (
    _accounts("domain", _of_domain, lambda domain: {"domain": domain.domain}),
    _accounts("customer", _of_customer, lambda one: {"reseller" if one.is_reseller else "owner": one.id}),
)
