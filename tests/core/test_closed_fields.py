"""Closed fields: parameters in a page's URL never set them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from portal.core.form_views import AddView
from portal.core.forms import RecordForm
from tests.support.portal import Platform

pytestmark = pytest.mark.django_db

ADA = "ada@example.com"
PAGES = {
    "AccountAdd": "/accounts/add/",
    "AliasAdd": "/aliases/add/",
    "BatchAdd": "/vouchers/add/",
    "CarrierAdd": "/lcr/carriers/add/",
    "ContactAdd": f"/accounts/{ADA}/contacts/add/",
    "CreditAdd": f"/accounts/{ADA}/credit/add/",
    "CreditRefund": f"/accounts/{ADA}/credit/refund/0123456789/",
    "CreditVoucher": f"/accounts/{ADA}/credit/voucher/",
    "CustomerAdd": "/customers/add/",
    "CustomerAddWithDomain": "/customers/add-with-domain/",
    "CustomerCopy": "/customers/2/copy/",
    "DomainAdd": "/domains/add/",
    "ForwardAdd": "/dns/forwards/add/",
    "GuidedAdd": "/lcr/routes/guided/",
    "GatewayAdd": "/lcr/gateways/add/",
    "OperatorAdd": "/operators/add/",
    "MailboxAdd": f"/accounts/{ADA}/voicemail/add/",
    "NumberAdd": "/enum/numbers/add/",
    "PeerAdd": "/lcr/peers/add/",
    "RangeAdd": "/enum/ranges/add/",
    "RecordAdd": "/dns/records/add/",
    "RejectAdd": f"/accounts/{ADA}/incoming/reject/add/",
    "ResellerAdd": "/customers/add-reseller/",
    "RouteAdd": "/lcr/routes/add/",
    "RuleAdd": "/lcr/rules/add/",
    "SampleAdd": "/lcr/samples/add/",
    "ZoneAdd": "/dns/zones/add/",
}
WHO = ("operator", "reseller", "customer", "subscriber")


def test_every_page_that_adds_is_tried() -> None:
    assert get_resolver().url_patterns  # imports every view
    assert set(PAGES) == {view.__name__ for view in _concrete(AddView)}


@pytest.mark.parametrize("page", PAGES.values())
def test_a_url_sets_no_value_of_a_closed_field(world: Platform, people: dict[str, Client], page: str) -> None:
    world.ngnpro.sip.update_account(replace(world.account(), prepaid=True))
    for who in WHO:
        plain = people[who].get(page)
        if plain.status_code != 200 or "form" not in plain.context:
            continue
        forged = f"{page}?{urlencode(dict.fromkeys(plain.context['form'].fields, '9'))}"
        for answer in (people[who].get(forged), people[who].post(forged, {})):
            if answer.context and "form" in answer.context:
                assert _closed(answer.context["form"]) == _closed(plain.context["form"]), who


def test_an_account_that_a_customer_adds_takes_no_quota_from_the_url(
    world: Platform, people: dict[str, Client]
) -> None:
    data = {"username": "eve", "domain": "example.com", "naming": "", "first_name": "E", "last_name": "F"}
    data |= {"email": "eve@example.com", "timezone": "Europe/Amsterdam"}
    url = reverse("accounts:add")

    answer = people["customer"].post(f"{url}?quota=9999&owner=1&call_limit=77&rpid=00311", data)

    assert answer.status_code == 302, answer.context["form"].errors
    eve = world.account("eve@example.com")
    ada = world.account()
    assert (eve.quota, eve.owner, eve.call_limit, eve.rpid) == (0, ada.owner, 0, "")


def _closed(form: RecordForm[Any]) -> dict[str, Any]:
    closed = {name: field for name, field in form.fields.items() if field.disabled}
    return {name: form.get_initial_for_field(field, name) or None for name, field in closed.items()}


def _concrete(view: type[Any]) -> set[type[Any]]:
    """Return the pages of a kind that the portal has; another test loads a room that is not of the portal."""
    below = {found for one in view.__subclasses__() for found in _concrete(one)}
    own = hasattr(view, "title") and view.__module__.startswith("portal.")
    return below | ({view} if own else set())
