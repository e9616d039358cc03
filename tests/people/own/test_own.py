"""An operator's own account: password, second factors, recovery codes."""

from __future__ import annotations

import json

import pyotp
import pytest
from django.test import Client
from pytest_django import Settings

from portal.people import factors
from portal.people.models import TotpKey
from portal.people.operators.models import Operator
from tests.support.factors import SoftwareKey, app_of
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, PASSWORD, Platform, signed_in

OWN = "/operators/own/"
MORE = "a-quite-different-secret"


@pytest.fixture
def here(operator: Operator, platform: Platform) -> Client:
    browser = Client(headers={"Host": "localhost"})
    browser.post("/session/sign-in/", {"username": "ines", "password": PASSWORD})
    return browser


def change(browser: Client, **values: str) -> Page:
    data = {"password": PASSWORD, "new_password": MORE, "again": MORE, **values}
    return Page(browser.post(f"{OWN}password/", data))


def letters_of(page: Page) -> str:
    return str(page.root.xpath("//code[contains(@class, 'groups')]")[0].text).replace(" ", "")


def codes_of(page: Page) -> list[str]:
    return [code.text for code in page.root.xpath("//ol//code")]


def test_a_password_is_changed_and_all_other_sessions_end(here: Client) -> None:
    other, key = signed_in("ines", PASSWORD), here.session.session_key
    assert change(here).response.status_code == 302
    assert here.get("/domains/").status_code == 200
    assert here.session.session_key != key
    assert other.get("/domains/").status_code == 302
    assert signed_in("ines", MORE).get("/domains/").status_code == 200


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"password": "wrong"}, "password", "not your password"),
        ({"again": "other"}, "again", "differ"),
        ({"new_password": "short", "again": "short"}, "new_password", "too short"),
        ({"new_password": "ines.okafor.1", "again": "ines.okafor.1"}, "new_password", "name, address or number"),
        ({"new_password": "password1234", "again": "password1234"}, "new_password", "many people use it"),
        ({"new_password": "1234567890123", "again": "1234567890123"}, "new_password", "follows a sequence"),
        ({"new_password": PASSWORD, "again": PASSWORD}, "new_password", "current password"),
    ],
)
def test_an_invalid_password_is_refused_beside_its_field(
    here: Client, values: dict[str, str], field: str, words: str
) -> None:
    page = change(here, **values)
    assert page.response.status_code == 422
    assert words in page.error_of(field)
    assert signed_in("ines", PASSWORD)


def test_the_current_password_cannot_be_guessed_in_an_open_session(here: Client) -> None:
    for _try in range(4):
        assert change(here, password="wrong").response.status_code == 422
    assert change(here, password="wrong").response.status_code == 429
    page = change(here)
    assert page.response.status_code == 429
    assert "wait some minutes" in page.error_of("password")
    assert signed_in_elsewhere()


@pytest.mark.parametrize("typed", ["", "wrong"])
def test_a_new_password_is_not_compared_with_the_current_one_before_that_was_typed(here: Client, typed: str) -> None:
    page = change(here, password=typed, new_password=PASSWORD, again=PASSWORD)
    assert page.response.status_code == 422
    assert "current password" not in page.text


def signed_in_elsewhere() -> bool:
    data = {"username": "ines", "password": PASSWORD}
    return Client().post("/session/sign-in/", data, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_an_app_is_set_up_by_picture_or_letters_and_gives_recovery_codes_once(here: Client, operator: Operator) -> None:
    page = Page(here.get(f"{OWN}app/"))
    assert page.root.xpath("//svg[@class='qr']")
    app = pyotp.TOTP(letters_of(page))
    wrong = Page(here.post(f"{OWN}app/", {"password": PASSWORD, "code": "12345"}))
    assert "not valid" in wrong.error_of("code")
    assert letters_of(wrong) == app.secret
    shown = here.post(f"{OWN}app/", {"password": PASSWORD, "code": app.now()}, follow=True)
    codes = codes_of(Page(shown))
    assert len(codes) == 10
    assert codes_of(Page(here.get(f"{OWN}codes/"))) == []
    assert factors.spend_recovery_code(operator, codes[3])
    assert "9 codes are left" in Page(here.get(OWN)).text
    assert "You sign in with your password and a second factor" in Page(here.get(OWN)).text


def test_setting_up_an_app_needs_the_password(here: Client, operator: Operator) -> None:
    app = pyotp.TOTP(letters_of(Page(here.get(f"{OWN}app/"))))
    page = Page(here.post(f"{OWN}app/", {"password": "wrong", "code": app.now()}))
    assert "not your password" in page.error_of("password")
    assert not operator.has_second_factor()


def test_the_key_of_an_app_is_not_in_the_session_in_clear(here: Client) -> None:
    letters = letters_of(Page(here.get(f"{OWN}app/")))
    assert letters not in str(dict(here.session.items()))


def test_a_new_app_replaces_the_first(here: Client, operator: Operator) -> None:
    old = app_of(operator)
    new = pyotp.TOTP(letters_of(Page(here.get(f"{OWN}app/"))))
    here.post(f"{OWN}app/", {"password": PASSWORD, "code": new.now()})
    assert TotpKey.objects.count() == 1
    assert new.secret != old.secret


def test_a_passkey_is_added_with_a_name_and_removed_with_the_password(
    here: Client, operator: Operator, settings: Settings
) -> None:
    settings.CONFIRMATION_SECONDS = 0
    key = SoftwareKey()
    options = json.loads(Page(here.get(f"{OWN}passkey/")).root.xpath("//form/@data-options")[0])
    assert options["rp"]["id"] == "localhost"
    assert options["user"]["name"] == "ines"
    here.post(f"{OWN}passkey/", {"name": "blue key", "password": PASSWORD, "passkey": key.create(options)})
    assert "blue key" in Page(here.get(OWN)).text
    remove = f"{OWN}passkey/{operator.passkeys.get().pk}/remove/"
    assert "your recovery codes are deleted" in Page(here.get(remove)).text
    assert here.post(remove, {"password": "wrong"}).status_code == 422
    assert operator.passkeys.exists()
    assert here.post(remove, {"password": PASSWORD}).headers["Location"] == OWN
    assert not operator.passkeys.exists()
    assert not operator.recovery_codes.exists()


def test_a_browser_that_made_no_passkey_is_asked_again(here: Client, operator: Operator) -> None:
    for passkey in ("", "nonsense", SoftwareKey().create({"challenge": "AAAA"})):
        here.get(f"{OWN}passkey/")
        page = Page(here.post(f"{OWN}passkey/", {"name": "x", "password": PASSWORD, "passkey": passkey}))
        assert page.response.status_code == 422
        assert "Please try again" in page.error_of("name")
    assert not operator.has_second_factor()


def test_the_page_says_why_an_ip_address_cannot_have_passkeys(operator: Operator, platform: Platform) -> None:
    browser = Client(headers={"Host": "127.0.0.1"})
    browser.post("/session/sign-in/", {"username": "ines", "password": PASSWORD})
    page = Page(browser.get(f"{OWN}passkey/"))
    assert "You can use an authenticator app instead" in page.text
    assert page.root.xpath("//button[@data-passkey-button]") == []


def test_someone_elses_passkey_does_not_exist(here: Client, operator: Operator) -> None:
    other = Operator.objects.create_user("other", PASSWORD)
    passkey = other.passkeys.create(name="x", credential=b"x", credential_hash="x")
    assert here.post(f"{OWN}passkey/{passkey.pk}/remove/", {"password": PASSWORD}).status_code == 404
    assert other.passkeys.exists()


def test_the_app_is_removed_with_the_password_and_codes_stay_while_a_passkey_is_left(
    here: Client, operator: Operator
) -> None:
    app_of(operator)
    factors.make_recovery_codes(operator)
    operator.passkeys.create(name="x", credential=b"x", credential_hash="x")
    assert "Your other second factors stay" in Page(here.get(f"{OWN}app/remove/")).text
    here.post(f"{OWN}app/remove/", {"password": PASSWORD})
    assert not TotpKey.objects.exists()
    assert operator.recovery_codes.count() == 10
    assert here.get(f"{OWN}app/remove/").status_code == 404


def test_new_recovery_codes_replace_the_old_and_need_the_password(here: Client, operator: Operator) -> None:
    assert here.get(f"{OWN}codes/").status_code == 404
    app_of(operator)
    old = factors.make_recovery_codes(operator)
    assert here.post(f"{OWN}codes/", {"password": "wrong"}).status_code == 422
    shown = codes_of(Page(here.post(f"{OWN}codes/", {"password": PASSWORD}, follow=True)))
    assert len(shown) == 10
    assert not set(shown) & set(old)
    assert not factors.spend_recovery_code(operator, old[0])


def test_a_required_second_factor_must_be_set_up_before_any_other_page(
    here: Client, operator: Operator, settings: Settings
) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert here.get("/domains/").headers["Location"] == OWN
    assert here.get("/", follow=True).redirect_chain[-1][0] == OWN
    assert "this portal requires one" in Page(here.get(OWN)).text
    app = pyotp.TOTP(letters_of(Page(here.get(f"{OWN}app/"))))
    here.post(f"{OWN}app/", {"password": PASSWORD, "code": app.now()})
    assert here.get("/domains/").status_code == 200
    assert "Set up another one first" in Page(here.get(f"{OWN}app/remove/")).text
    assert here.post(f"{OWN}app/remove/", {"password": PASSWORD}).status_code == 422
    assert operator.has_second_factor()


def test_others_than_operators_are_not_asked_for_a_second_factor(world: Platform, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    assert signed_in("harbour", CUSTOMER["password"]).get("/domains/").status_code == 200
    assert signed_in("harbour", CUSTOMER["password"]).get(OWN).status_code == 404


def test_an_operator_changes_their_own_account_while_acting_for_a_customer(here: Client, world: Platform) -> None:
    here.post("/session/act/", {"customer": "Harbour"})
    assert here.get(OWN).status_code == 200
    assert change(here).response.status_code == 302


def test_a_read_only_operator_changes_their_own_password_and_email(platform: Platform) -> None:
    Operator.objects.create_user("looker", PASSWORD, may_change=False)
    looker = signed_in("looker", PASSWORD)
    assert change(looker).response.status_code == 302
