"""Who may change a property of a customer."""

from __future__ import annotations

import pytest

from ngnpro_wire.facts.customer_properties import CATEGORIES, KNOWN_PROPERTIES, PERMISSIONS, may_change


@pytest.mark.parametrize("level", PERMISSIONS)
@pytest.mark.parametrize("permission", PERMISSIONS)
def test_a_level_may_change_what_its_own_and_lower_levels_may(level: str, permission: str) -> None:
    order = ["customer", "reseller", "admin"]
    expected = order.index(level) >= order.index(permission)
    assert may_change(level, permission, for_children=False, is_child=True) is expected


@pytest.mark.parametrize(
    ("level", "for_children", "is_child", "expected"),
    [
        ("reseller", True, True, True),
        ("reseller", True, False, False),
        ("reseller", False, True, False),
        ("customer", True, True, False),
    ],
)
def test_a_reseller_may_change_limits_and_rights_of_their_customers_only(
    level: str, for_children: bool, is_child: bool, expected: bool
) -> None:
    assert may_change(level, "admin", for_children=for_children, is_child=is_child) is expected


@pytest.mark.parametrize(("level", "permission"), [("reseller", "owner"), ("customer", ""), ("", "customer")])
def test_an_unknown_level_or_permission_grants_nothing(level: str, permission: str) -> None:
    assert not may_change(level, permission, for_children=False, is_child=False)


def test_every_property_has_a_category_and_a_permission_of_the_contract() -> None:
    for facts in KNOWN_PROPERTIES.values():
        assert facts.category in CATEGORIES
        assert facts.permission in PERMISSIONS
