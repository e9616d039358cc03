"""Customers shown by name: which calls to NGNPro this takes, and when."""

from __future__ import annotations

from django.core.cache import cache

from portal.core.customer_names import CustomerNames
from portal.core.viewer import Role, Viewer
from tests.support.portal import Platform

OPERATOR = Viewer(Role.OPERATOR, scope="operator")


def test_a_request_does_not_wait_for_the_names_that_another_one_has_just_asked_for(platform: Platform) -> None:
    """Two requests at once on a cold cache: the second one finishes without waiting for the answer to the first."""
    customer = platform.add_customer("Harbour Clinic")
    first, second = CustomerNames(platform.ngnpro, OPERATOR), CustomerNames(platform.ngnpro, OPERATOR)
    cache.add(f"{first._key}:asked", True, 10)
    second.learn()
    assert second[customer.id] == "Harbour Clinic"


def test_known_names_are_asked_for_again_once_in_ten_seconds_at_most(platform: Platform) -> None:
    platform.add_customer("Harbour Clinic")
    platform.forget_calls()
    for _time in range(3):
        CustomerNames(platform.ngnpro, OPERATOR).learn()
    assert platform.calls == ["getCustomers"]


def test_a_platform_without_customers_is_also_asked_once(platform: Platform) -> None:
    platform.forget_calls()
    for _time in range(3):
        CustomerNames(platform.ngnpro, OPERATOR).learn()
    assert platform.calls == ["getCustomers"]


def test_a_customer_beyond_the_first_thousand_is_found_by_number_and_by_a_part(
    platform: Platform,
) -> None:
    door, quay = platform.add_customer("Blue Door Bakery"), platform.add_customer("Quay Housing")
    platform.add_customer("Harbour Clinic")
    names = CustomerNames(platform.ngnpro, OPERATOR, most=1)
    names.learn()
    platform.forget_calls()
    assert names.find(quay.id) == "Quay Housing"
    names.look_up("blue door")
    assert names[door.id] == "Blue Door Bakery"
    names.look_up("blue door")
    assert platform.calls == ["getAccount", "getCustomers"]


def test_customers_read_who_is_responsible_for_them_although_they_may_not_open_that_record(platform: Platform) -> None:
    customer = Viewer(Role.CUSTOMER, scope="customer", customer=8, reseller=3)
    assert CustomerNames(platform.ngnpro, customer)[3] == "Your reseller"
