"""Tests of the commands about operators."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from portal.people import factors
from portal.people.models import SignInTry
from portal.people.operators.models import Operator
from tests.support.factors import app_of
from tests.support.portal import Platform, signed_in
from tests.support.processes import first_password


def call(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


def test_an_added_operator_chooses_another_password_at_the_first_sign_in(platform: Platform) -> None:
    password = first_password(call("add_operator", "Grace", "--full-name=Grace Hop", "--email=grace@example.net"))
    grace = Operator.objects.get(username="grace")
    assert (grace.name, grace.email, grace.is_full) == ("Grace Hop", "grace@example.net", True)
    assert signed_in("grace", password).get("/").headers["Location"] == "/operators/own/password/"


def test_permissions_are_removed_by_name(db: None) -> None:
    call("add_operator", "one", "--read-only", "--no-passwords", "--no-calls", "--reseller=7")
    one = Operator.objects.get(username="one")
    assert (one.may_change, one.may_see_passwords, one.may_see_calls, one.tree) == (False, False, False, 7)


@pytest.mark.parametrize(("words", "error"), [(["a b"], "valid"), (["x", "--email=nonsense"], "valid")])
def test_invalid_input_is_refused_with_an_explanation(db: None, words: list[str], error: str) -> None:
    with pytest.raises(CommandError, match=error):
        call("add_operator", *words)
    assert not Operator.objects.exists()


def test_the_list_says_who_may_what(operator: Operator) -> None:
    app_of(operator)
    Operator.objects.create_user("looker", may_change=False, may_see_calls=False, tree=7)
    Operator.objects.create_user("gone", is_active=False)
    assert call("list_operators").splitlines() == [
        "gone    switched off, password only, never signed in",
        "ines    all rights, second factor, never signed in",
        "looker  read only, no call data, only reseller 7, password only, never signed in",
    ]


def test_all_lockouts_are_released(operator: Operator) -> None:
    for source in ("192.0.2.1", "192.0.2.2"):
        SignInTry.objects.create(name="ines", source=source)
    for _try in range(factors.FREE_TRIES):
        factors.take_factor_try(operator)
    assert "2 failed sign-ins were deleted" in call("release_locks")
    assert not SignInTry.objects.exists()
    factors.take_factor_try(operator)


def test_a_lost_second_factor_is_removed_by_name(operator: Operator, browser: Client) -> None:
    app_of(operator)
    factors.make_recovery_codes(operator)
    assert "signs in with the password alone" in call("remove_second_factor", "INES")
    assert not Operator.objects.get().has_second_factor()
    assert not operator.recovery_codes.exists()
    with pytest.raises(CommandError, match="list_operators"):
        call("remove_second_factor", "nobody")
