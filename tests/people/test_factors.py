"""Tests of portal/people: codes of authenticator apps, recovery codes and passkeys."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from portal.core import sealing
from portal.people import factors, passkeys, tasks
from portal.people.factors import (
    FREE_TRIES,
    FactorsLocked,
    add_totp_key,
    make_recovery_codes,
    new_totp_key,
    otpauth_url,
    pyotp,
    qr_code_of,
    spend_recovery_code,
    take_factor_try,
    totp_step_of,
    verify_totp_code,
)
from portal.people.models import RecoveryCode, SecondFactorTries, TotpKey
from portal.people.operators.models import Operator
from tests.support.factors import SoftwareKey, app_of


@pytest.fixture
def request_here(rf: RequestFactory, db: None) -> HttpRequest:
    request = rf.get("/", headers={"Host": "localhost"})
    request.session = SessionStore()
    return request


def at(monkeypatch: pytest.MonkeyPatch, moment: float) -> None:
    monkeypatch.setattr(time, "time", lambda: moment)


def test_a_code_signs_in_once(operator: Operator) -> None:
    code = app_of(operator).now()
    assert verify_totp_code(operator, code)
    assert not verify_totp_code(operator, code)


def test_an_earlier_code_is_refused_after_a_later_one(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    app = app_of(operator)
    at(monkeypatch, 1_000_000_000)
    assert verify_totp_code(operator, app.at(1_000_000_000))
    assert not verify_totp_code(operator, app.at(1_000_000_000 - 30))
    assert verify_totp_code(operator, app.at(1_000_000_000 + 30))


@pytest.mark.parametrize(("off", "works"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_half_a_minute_off(
    operator: Operator, monkeypatch: pytest.MonkeyPatch, off: int, works: bool
) -> None:
    app = app_of(operator)
    at(monkeypatch, 1_000_000_020)
    assert verify_totp_code(operator, app.at(1_000_000_020 + off)) is works


def test_codes_are_those_of_rfc_6238(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at(monkeypatch, moment)
        assert totp_step_of(secret, code) == moment // 30


def test_guessing_becomes_slow_wherever_it_comes_from(request_here: HttpRequest, operator: Operator) -> None:
    app = app_of(operator)
    guesses = ["000000" if app.now() != "000000" else "111111", "a-recovery-code", ""]
    for number in range(FREE_TRIES):
        passkey = "{}" if number == 0 else ""
        assert not factors.verify_second_factor(request_here, operator, guesses[number % 3], passkey)
    for minutes in (2, 4, 8, 15, 15):
        with pytest.raises(FactorsLocked) as caught:
            factors.verify_second_factor(request_here, operator, app.now())
        assert timedelta(minutes=minutes - 1) < caught.value.left <= timedelta(minutes=minutes)
        SecondFactorTries.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
        assert not factors.verify_second_factor(request_here, operator, guesses[0])
    SecondFactorTries.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
    assert factors.verify_second_factor(request_here, operator, app.now())
    assert SecondFactorTries.objects.get().taken == 0


def test_tries_are_forgotten_after_a_day_and_when_a_colleague_removes_the_factors(
    request_here: HttpRequest, operator: Operator
) -> None:
    for _try in range(FREE_TRIES - 1):
        take_factor_try(operator)
    SecondFactorTries.objects.update(last_at=timezone.now() - timedelta(hours=25))
    take_factor_try(operator)
    assert SecondFactorTries.objects.get().taken == 1
    factors.remove_all_factors(operator)
    assert SecondFactorTries.objects.get().taken == 0


def test_the_key_is_kept_sealed_and_useless_without_the_secret_key(operator: Operator, settings: Settings) -> None:
    app = app_of(operator)
    kept = TotpKey.objects.get()
    assert app.secret not in kept.sealed
    assert sealing.unseal(kept.sealed) == app.secret
    settings.SECRET_KEY = "another"
    assert not verify_totp_code(operator, app.now())


def test_a_secret_key_is_changed_without_losing_the_apps(operator: Operator, settings: Settings) -> None:
    app = app_of(operator)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    tasks.sweep_link_requests()
    settings.SECRET_KEY_FALLBACKS = []
    assert verify_totp_code(operator, app.now())


def test_an_app_is_set_up_only_with_a_code_that_proves_it(operator: Operator) -> None:
    secret = new_totp_key()
    assert not add_totp_key(operator, secret, "12345")
    assert not operator.has_second_factor()
    code = pyotp.TOTP(secret).now()
    assert add_totp_key(operator, secret, f"{code[:3]} {code[3:]}")
    assert not verify_totp_code(Operator.objects.get(), code)


def test_the_picture_is_svg_without_inline_style(operator: Operator) -> None:
    address = otpauth_url("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", operator.username)
    assert (
        address == "otpauth://totp/NGNPro%20portal:ines?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=NGNPro%20portal"
    )
    picture = qr_code_of(address)
    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "GEZDG" not in picture


def test_ten_recovery_codes_each_work_once_however_they_are_typed(operator: Operator) -> None:
    codes = make_recovery_codes(operator)
    assert len(set(codes)) == 10
    assert all(len(code) == 19 for code in codes)
    assert spend_recovery_code(operator, codes[0])
    assert not spend_recovery_code(operator, codes[0])
    assert spend_recovery_code(operator, f" {codes[1].upper().replace('-', ' ')} ")
    assert spend_recovery_code(operator, codes[2].replace("-", ""))
    assert operator.recovery_codes.count() == 7


def test_recovery_codes_are_kept_as_hashes_and_replaced_as_a_whole(operator: Operator) -> None:
    old = make_recovery_codes(operator)
    assert not [code for code in old for kept in RecoveryCode.objects.all() if code in kept.code_hash]
    make_recovery_codes(operator)
    assert operator.recovery_codes.count() == 10
    assert not spend_recovery_code(operator, old[0])


def test_a_recovery_code_of_another_operator_is_refused(operator: Operator) -> None:
    other = Operator.objects.create_user("other")
    assert not spend_recovery_code(other, make_recovery_codes(operator)[0])


def added(request: HttpRequest, operator: Operator, key: SoftwareKey) -> Any:
    options = json.loads(passkeys.creation_options(request, operator))
    return passkeys.add_passkey(request, operator, key.create(options), "blue key")


def signs(request: HttpRequest, operator: Operator, key: SoftwareKey) -> bool:
    options = json.loads(passkeys.proof_options(request, operator))
    return passkeys.verify_passkey(request, operator, key.prove(options))


def test_a_passkey_is_added_and_proved(request_here: HttpRequest, operator: Operator) -> None:
    key = SoftwareKey()
    assert added(request_here, operator, key).name == "blue key"
    assert signs(request_here, operator, key)
    assert signs(request_here, operator, key)
    passkey = operator.passkeys.get()
    assert passkey.counter == 2
    assert passkey.used_at is not None


def test_a_proof_is_good_once(request_here: HttpRequest, operator: Operator) -> None:
    key = SoftwareKey()
    added(request_here, operator, key)
    proof = key.prove(json.loads(passkeys.proof_options(request_here, operator)))
    assert passkeys.verify_passkey(request_here, operator, proof)
    assert not passkeys.verify_passkey(request_here, operator, proof)
    passkeys.proof_options(request_here, operator)
    assert not passkeys.verify_passkey(request_here, operator, proof)


def test_a_copied_passkey_is_detected_by_its_counter(request_here: HttpRequest, operator: Operator) -> None:
    key = SoftwareKey()
    added(request_here, operator, key)
    assert signs(request_here, operator, key)
    key.counter = 0
    assert not signs(request_here, operator, key)


@pytest.mark.parametrize("lie", [{"origin": "http://evil.example"}, {"host": "evil.example"}])
def test_a_passkey_proof_for_another_site_is_refused(
    request_here: HttpRequest, operator: Operator, lie: dict[str, str]
) -> None:
    key = SoftwareKey()
    added(request_here, operator, key)
    forged = SoftwareKey(credential_id=key.credential_id, key=key.key, **lie)
    assert not signs(request_here, operator, forged)
    assert added(request_here, operator, SoftwareKey(**lie)) is None


def test_a_wrong_signature_a_foreign_key_and_a_known_key_are_refused(
    request_here: HttpRequest, operator: Operator
) -> None:
    key = SoftwareKey()
    added(request_here, operator, key)
    assert not signs(request_here, operator, SoftwareKey(credential_id=key.credential_id))
    assert not signs(request_here, operator, SoftwareKey())
    other = Operator.objects.create_user("other")
    assert not signs(request_here, other, key)
    assert added(request_here, other, key) is None


@pytest.mark.parametrize("answer", ["", "null", "[]", "{}", '{"id": 1}', "x" * 20_000, '{"rawId": "%", "response": 5}'])
def test_a_malformed_answer_is_only_wrong(request_here: HttpRequest, operator: Operator, answer: str) -> None:
    added(request_here, operator, SoftwareKey())
    passkeys.proof_options(request_here, operator)
    assert not passkeys.verify_passkey(request_here, operator, answer)
    passkeys.creation_options(request_here, operator)
    assert passkeys.add_passkey(request_here, operator, answer, "x") is None


PARTS = st.sampled_from(["clientDataJSON", "attestationObject", "authenticatorData", "signature", "rawId", "id"])


@given(part=PARTS, junk=st.binary(max_size=200) | st.none() | st.integers() | st.text(max_size=20))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_junk_in_a_part_of_a_passkey_answer_is_refused(
    request_here: HttpRequest, operator: Operator, part: str, junk: object
) -> None:
    key = SoftwareKey()
    for ask, make, check in (
        (passkeys.creation_options, key.create, lambda text: passkeys.add_passkey(request_here, operator, text, "x")),
        (passkeys.proof_options, key.prove, lambda text: passkeys.verify_passkey(request_here, operator, text)),
    ):
        answer = json.loads(make(json.loads(ask(request_here, operator))))
        value = junk.hex() if isinstance(junk, bytes) else junk
        if part not in answer and part not in answer["response"]:
            continue  # this answer has no such part
        (answer if part in answer else answer["response"])[part] = value
        assert not check(json.dumps(answer))


def test_two_requests_of_one_session_with_the_same_proof_do_not_both_succeed(
    request_here: HttpRequest, rf: RequestFactory, operator: Operator
) -> None:
    key = SoftwareKey()
    assert added(request_here, operator, key)
    key.counter = -1  # a passkey without a counter, like those that a phone copies to other devices
    proof = key.prove(json.loads(passkeys.proof_options(request_here, operator)))
    same = rf.get("/", headers={"Host": "localhost"})
    same.session = SessionStore()
    same.session.update(request_here.session.items())  # both requests read the session before either saves it
    assert passkeys.verify_passkey(request_here, operator, proof)
    assert not passkeys.verify_passkey(same, operator, proof)


@pytest.mark.parametrize(
    ("host", "secure", "possible"),
    [
        ("localhost:8000", False, True),
        ("portal.localhost", False, True),
        ("127.0.0.1:8000", False, False),
        ("[::1]:8000", True, False),
        ("portal.example.com", False, False),
        ("portal.example.com", True, True),
    ],
)
def test_passkeys_need_a_name_and_https(
    rf: RequestFactory, settings: Settings, host: str, secure: bool, possible: bool
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    assert passkeys.can_use_passkeys(rf.get("/", headers={"Host": host}, secure=secure)) is possible
