"""The operators room: who administers the portal, and the rights of each operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from portal.core import writes
from portal.core.writes import Write
from portal.mail.outbox.models import OutboxMessage
from portal.mail.outbox.tasks import deliver_mail
from portal.people import factors
from portal.people.operators.models import Operator
from portal.people.operators.services import LastFullOperator, check_full_operator_remains
from tests.support.factors import app_of
from tests.support.own_record_cases import OwnRecordCases
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in
from tests.support.room_cases import AddCases, ConflictCases, DeleteCases, NumberedCases

ROOM = "/operators/"
RIGHTS = {"may_change": "on", "may_see_passwords": "on", "may_see_calls": "on"}
MORE = "a-quite-different-secret"


@pytest.fixture
def colleague(operator: Operator) -> Operator:
    return Operator.objects.create_user("mara", PASSWORD, name="Mara Lind", email="mara@example.net")


@pytest.fixture
def told() -> Iterator[list[Write]]:
    """The writes that the journal is notified of."""
    heard: list[Write] = []

    def hear(write: Write, **_named: object) -> None:
        heard.append(write)

    writes.ended.connect(hear)
    yield heard
    writes.ended.disconnect(hear)


class ReducedMeanwhile:
    """Another request that takes a permission from an operator, before a request reads the rows of all operators."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("SELECT") and Operator._meta.db_table in sql and "WHERE" not in sql:
            Operator.objects.filter(pk=self.operator.pk).update(may_see_calls=False)
        return execute(sql, *rest)


class ReducedAfterReading:
    """Another request that takes a permission from an operator, once a request has read that operator's row."""

    def __init__(self, operator: Operator) -> None:
        self.operator = operator
        self.was_read = self.is_reduced = False

    def __call__(self, execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if self.was_read and not self.is_reduced:
            self.is_reduced = True
            Operator.objects.filter(pk=self.operator.pk).update(may_see_calls=False)
        if sql.startswith("SELECT") and f'"{Operator._meta.db_table}"."id" = ' in sql and self.operator.pk in params:
            self.was_read = True
        return execute(sql, params, *rest)


def page_of(operator: Operator, action: str) -> str:
    return f"{ROOM}{operator.pk}/{action}/"


def new(**values: str) -> dict[str, str]:
    return {"username": "theo", "name": "Theo Brandt", "email": "", "way": "password", **RIGHTS, **values}


@pytest.mark.usefixtures("platform")
class TestOperators(OwnRecordCases, NumberedCases, AddCases, ConflictCases, DeleteCases):
    url = ROOM
    model = Operator
    key_field = "username"
    key = "user00"
    pages = ("edit/", "renew/", "reset/", "delete/")
    list_calls = ()
    sorts = ("username", "email", "is_active")
    filters: ClassVar = {"q=user": 3, "q=USER01": 1, "q=02%40example": 1, "q=okafor": 1, "q=nobody": 0}
    typed: ClassVar = new()
    added = "theo can sign in"
    kept = "name"
    refused = (("username", "USER00"),)
    invalid = (("username", "a b"), ("username", ""), ("email", "nonsense"))
    edited = ("name", "Mara L.", "Mara Lind")
    member = "name"

    def add_one(self, platform: Platform, number: int) -> None:
        username = f"user{number:02}"
        Operator.objects.create_user(username, email=f"{username}@example.net", is_active=bool(number % 2))


def test_the_list_says_who_may_what(browser: Client, world: Platform, colleague: Operator) -> None:
    reseller = world.ngnpro.customers.find_account("meridian")
    assert reseller is not None
    Operator.objects.filter(pk=colleague.pk).update(may_see_calls=False, tree=reseller.id)
    app_of(colleague)
    rows = Page(browser.get(ROOM)).rows()
    assert [row[0] for row in rows] == ["inesInes Okafor", "maraMara Lind"]
    assert [row[2] for row in rows] == ["All permissions", "only Meridian, no call data"]
    assert [row[3] for row in rows] == ["None", "Set up"]


def test_the_list_works_during_an_outage(browser: Client, platform: Platform, colleague: Operator) -> None:
    Operator.objects.filter(pk=colleague.pk).update(tree=7)
    platform.cut()
    assert "only Customer 7" in Page(browser.get(ROOM)).text
    assert browser.get(page_of(colleague, "edit")).status_code == 200
    page = Page(browser.get(page_of(colleague, "edit")))
    data = page.form_data() | {"name": "Mara L."}
    assert browser.post(page_of(colleague, "edit"), data).status_code == 302


@pytest.mark.parametrize("lacks", ["may_change", "may_see_passwords", "may_see_calls"])
def test_an_operator_without_a_permission_cannot_give_it_to_themselves(
    platform: Platform, operator: Operator, lacks: str
) -> None:
    Operator.objects.create_user("less", PASSWORD, **{lacks: False})
    browser = signed_in("less", PASSWORD)
    own = Operator.objects.get(username="less")
    for page in (
        "",
        "add/",
        f"{own.pk}/edit/",
        f"{operator.pk}/edit/",
        f"{operator.pk}/renew/",
        f"{operator.pk}/delete/",
    ):
        assert browser.get(ROOM + page).status_code == 404
        assert browser.post(ROOM + page, {**new(), "name": "less"}).status_code == 404
    assert browser.get("/mail/folder/").status_code == 404
    assert 'href="/operators/"' not in browser.get("/domains/").content.decode()
    assert Operator.objects.count() == 2


def test_a_new_operator_signs_in_with_a_one_time_password_and_has_to_choose_another(
    browser: Client, platform: Platform
) -> None:
    shown = browser.post(f"{ROOM}add/", new(), follow=True)
    password = Page(shown).root.xpath("//*[@id='secret']")[0].text
    again = browser.get(shown.redirect_chain[0][0])
    assert password not in again.content.decode()
    assert "not shown again" in Page(again).text
    theo = signed_in("theo", password)
    for page in ("/domains/", "/operators/own/", ROOM):
        assert theo.get(page).headers["Location"] == "/operators/own/password/"
    data = {"password": password, "new_password": MORE, "again": MORE}
    assert theo.post("/operators/own/password/", data).status_code == 302
    assert theo.get("/domains/").status_code == 200


def test_a_link_that_is_shown_once_lets_a_new_operator_choose_their_password(
    browser: Client, platform: Platform
) -> None:
    shown = browser.post(f"{ROOM}add/", new(way="link"), follow=True)
    link = Page(shown).root.xpath("//*[@id='secret']")[0].text
    path = link.removeprefix("http://localhost:8000")
    theo = Client()
    theo.get(path)
    assert theo.post("/session/password/new/", {"new_password": MORE, "again": MORE}).status_code == 302
    assert signed_in("theo", MORE).get("/domains/").status_code == 200
    assert Client().get(path).status_code == 404


def test_an_invitation_goes_by_mail(browser: Client, platform: Platform) -> None:
    answer = browser.post(f"{ROOM}add/", new(way="mail", email="theo@example.net"), follow=True)
    assert "http" not in Page(answer).text
    deliver_mail(str(OutboxMessage.objects.get().pk))
    (sent,) = mail.outbox
    assert sent.to == ["theo@example.net"]
    (path,) = re.findall(r"http://localhost:8000(/session/password/link/\S+)", str(sent.body))
    assert "sign in as: theo" in str(sent.body)
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"username": "INES"}, "username", "already"),
        ({"username": "a@b"}, "username", "SIP address"),
        ({"way": "mail"}, "email", "Enter the e-mail address"),
        ({"tree": "999"}, "tree", "no such reseller"),
        ({"tree": "Harbour"}, "tree", "not a reseller"),
    ],
)
def test_errors_are_explained_beside_their_field(
    browser: Client, world: Platform, values: dict[str, str], field: str, words: str
) -> None:
    answer = browser.post(f"{ROOM}add/", new(**values))
    assert answer.status_code == 422
    assert words in Page(answer).error_of(field)
    assert Operator.objects.count() == 1


def test_an_operator_is_limited_to_a_reseller_by_name(browser: Client, world: Platform, colleague: Operator) -> None:
    page = Page(browser.get(page_of(colleague, "edit")))
    assert browser.post(page_of(colleague, "edit"), page.form_data() | {"tree": "Meridian"}).status_code == 302
    limited = signed_in("mara", PASSWORD)
    assert {row[0] for row in Page(limited.get("/domains/")).rows()} == {"example.com"}
    assert limited.get(ROOM).status_code == 404
    assert Page(browser.get(page_of(colleague, "edit"))).value_of("tree") == "Meridian"


def test_rights_that_are_taken_away_count_at_once(browser: Client, world: Platform, colleague: Operator) -> None:
    mara = signed_in("mara", PASSWORD)
    assert mara.get("/domains/add/").status_code == 200
    data = Page(browser.get(page_of(colleague, "edit"))).form_data()
    del data["may_change"]
    browser.post(page_of(colleague, "edit"), data)
    assert mara.get("/domains/add/").status_code == 403
    data = Page(browser.get(page_of(colleague, "edit"))).form_data()
    del data["is_active"]
    browser.post(page_of(colleague, "edit"), data)
    assert mara.get("/domains/").status_code == 302
    Operator.objects.update(is_active=True)
    assert mara.get("/domains/").status_code == 302


def test_an_operator_of_whom_a_second_factor_is_required_sees_nothing_else_first(
    browser: Client, platform: Platform, colleague: Operator
) -> None:
    mara = signed_in("mara", PASSWORD)
    assert mara.get("/domains/").status_code == 200
    data = Page(browser.get(page_of(colleague, "edit"))).form_data()
    browser.post(page_of(colleague, "edit"), data | {"must_have_second_factor": "on"})
    assert mara.get("/domains/").headers["Location"] == "/operators/own/"
    assert "requires one" in Page(mara.get("/operators/own/")).text
    assert browser.get("/domains/").status_code == 200
    app_of(colleague)
    assert mara.get("/domains/").status_code == 200
    assert "Set up another one first" in Page(mara.get("/operators/own/app/remove/")).text


def test_operators_neither_change_their_own_permissions_nor_delete_themselves(
    browser: Client, operator: Operator, platform: Platform
) -> None:
    data = Page(browser.get(page_of(operator, "edit"))).form_data() | {"name": "Ines O.", "email": "other@example.net"}
    assert browser.post(page_of(operator, "edit"), data).status_code == 302
    operator.refresh_from_db()
    assert (operator.name, operator.email, operator.is_full) == ("Ines O.", "", True)
    answer = browser.post(page_of(operator, "delete"))
    assert answer.status_code == 422
    assert "You cannot delete your own account" in Page(answer).text
    for action in ("renew", "reset"):
        assert browser.post(page_of(operator, action), {"way": "password"}).headers["Location"] == "/operators/own/"
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)


def test_an_operator_with_all_permissions_always_remains(operator: Operator, colleague: Operator) -> None:
    Operator.objects.filter(pk=colleague.pk).update(may_see_calls=False)
    operator.is_active = False
    with pytest.raises(LastFullOperator):
        check_full_operator_remains(operator)
    with pytest.raises(LastFullOperator):
        check_full_operator_remains(operator, is_deleted=True)
    check_full_operator_remains(colleague, is_deleted=True)


def test_the_last_operator_with_all_permissions_can_be_neither_reduced_nor_deleted(
    browser: Client, operator: Operator, colleague: Operator, platform: Platform
) -> None:
    """Two operators reduce each other's permissions at the same moment."""
    data = Page(browser.get(page_of(colleague, "edit"))).form_data()
    del data["may_see_calls"]
    with connection.execute_wrapper(ReducedMeanwhile(operator)):
        answer = browser.post(page_of(colleague, "edit"), data)
    assert answer.status_code == 422
    assert "No operator with all permissions would be left who has neither a last day nor networks" in Page(answer).text
    Operator.objects.filter(pk=operator.pk).update(may_see_calls=True)
    with connection.execute_wrapper(ReducedMeanwhile(operator)):
        answer = browser.post(page_of(colleague, "delete"))
    assert "No operator with all permissions would be left who has neither a last day nor networks" in Page(answer).text
    assert Operator.objects.get(pk=colleague.pk).is_full


def test_a_change_at_the_same_moment_is_shown_and_not_overwritten(
    browser: Client, colleague: Operator, platform: Platform
) -> None:
    data = Page(browser.get(page_of(colleague, "edit"))).form_data() | {"name": "Mara L."}
    with connection.execute_wrapper(ReducedAfterReading(colleague)):
        page = Page(browser.post(page_of(colleague, "edit"), data))
    assert page.response.status_code == 409
    assert "may_see_calls" not in page.form_data()
    colleague.refresh_from_db()
    assert (colleague.name, colleague.may_see_calls) == ("Mara Lind", False)


def test_an_operator_is_deleted_with_their_sessions(browser: Client, colleague: Operator, platform: Platform) -> None:
    mara = signed_in("mara", PASSWORD)
    assert "stays in the journal" in Page(browser.get(page_of(colleague, "delete"))).text
    assert browser.post(page_of(colleague, "delete")).headers["Location"] == ROOM
    assert not Operator.objects.filter(pk=colleague.pk).exists()
    assert mara.get("/domains/").status_code == 302


def test_a_new_first_sign_in_ends_the_old_password_and_all_sessions(
    browser: Client, colleague: Operator, platform: Platform
) -> None:
    mara = signed_in("mara", PASSWORD)
    shown = browser.post(page_of(colleague, "renew"), {"way": "password"}, follow=True)
    password = Page(shown).root.xpath("//*[@id='secret']")[0].text
    assert mara.get("/domains/").status_code == 302
    again = Client().post("/session/sign-in/", {"username": "mara", "password": PASSWORD})
    assert again.status_code == 422
    assert signed_in("mara", password).get("/domains/").headers["Location"] == "/operators/own/password/"


def test_an_invitation_without_an_address_is_refused_beside_its_field(
    browser: Client, colleague: Operator, platform: Platform
) -> None:
    Operator.objects.filter(pk=colleague.pk).update(email="")
    answer = browser.post(page_of(colleague, "renew"), {"way": "mail"})
    assert answer.status_code == 422
    assert "No e-mail address is known" in Page(answer).text
    assert Operator.objects.get(pk=colleague.pk).check_password(PASSWORD)


def test_a_lost_second_factor_is_removed_with_its_codes(
    browser: Client, colleague: Operator, platform: Platform
) -> None:
    app_of(colleague)
    codes = factors.make_recovery_codes(colleague)
    assert "Make sure" in Page(browser.get(page_of(colleague, "reset"))).text
    assert browser.post(page_of(colleague, "reset")).status_code == 302
    assert not Operator.objects.get(pk=colleague.pk).has_second_factor()
    assert not factors.spend_recovery_code(colleague, codes[0])
    assert signed_in("mara", PASSWORD).get("/domains/").status_code == 200


def test_changes_of_operators_are_journalled_without_secrets(
    browser: Client, platform: Platform, told: list[Write]
) -> None:
    browser.post(f"{ROOM}add/", new())
    theo = Operator.objects.get(username="theo")
    data: dict[str, Any] = Page(browser.get(page_of(theo, "edit"))).form_data()
    del data["may_change"]
    browser.post(page_of(theo, "edit"), data)
    browser.post(page_of(theo, "renew"), {"way": "password"})
    browser.post(page_of(theo, "reset"))
    browser.post(page_of(theo, "delete"))
    operations = ["addOperator", "updateOperator", "renewOperator", "resetSecondFactor", "deleteOperator"]
    assert [write.operation for write in told] == operations
    assert all(write.about == ("operator", "theo") and write.finished for write in told)
    assert all(write.author.viewer.login == "ines" for write in told)
    edited = told[1]
    assert edited.before is not None
    assert edited.after is not None
    assert (edited.before["may_change"], edited.after["may_change"]) == (True, False)  # type: ignore[index]
    assert not [write for write in told if "$" in str(write.before) + str(write.after)]
