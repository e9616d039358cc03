"""Programs of subscribers: signing in by digest, basic authentication or token, and CDRTool's actions as JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests.auth
from django.test import Client
from django.utils import timezone

from ngnpro_server.store.schema.proxy import calls
from portal.accounts.programs.actions import ACTIONS
from portal.accounts.programs.models import ChatEntry, UsedNonce
from portal.accounts.programs.tasks import clean_up_programs
from portal.accounts.programs.tokens import make_token
from portal.core.sip_accounts import with_web_password
from portal.journal.models import JournalEntry
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.records import CallDiversions, SipId, VoicemailAccount
from tests.support.calls import ago, call_row, write, write_phone
from tests.support.clock import Clock
from tests.support.portal import ACCOUNT, Platform

ADA = "ada@example.com"
ID = SipId.parse(ADA)
SECRET = ACCOUNT["password"]
URL = "/sip_settings.phtml"
STRANGER = "203.0.113.66"


class Program:
    """A program that signs in by digest, with the code of another HTTP client."""

    def __init__(self, username: str = ADA, password: str = SECRET, realm: str = "example.com") -> None:
        self.client, self.realm = Client(REMOTE_ADDR=STRANGER), realm
        self.auth = requests.auth.HTTPDigestAuth(username, password)
        self.auth.init_per_thread_state()

    def ask(self, action: str, *, url: str = URL, method: str = "get", body: Any = None, **query: Any) -> Any:
        address = f"{url}?{urlencode({'action': action, 'realm': self.realm, **query})}"
        first = getattr(self.client, method)(address, body or {})
        assert first.status_code == 401
        return self.answer(first, address, method, body)

    def answer(self, challenge: Any, address: str, method: str = "get", body: Any = None) -> Any:
        offered = challenge.headers["WWW-Authenticate"].partition(" ")[2]
        self.auth._thread_local.chal = requests.utils.parse_dict_header(offered)
        header = self.auth.build_digest_header(method.upper(), f"http://testserver{address}")
        return getattr(self.client, method)(address, body or {}, headers={"Authorization": header})


def basic(name: str = ADA, password: str = SECRET) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def ask(action: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    return Client(REMOTE_ADDR=STRANGER).get(URL, {"action": action, **query}, headers=headers or basic())


@pytest.mark.parametrize("username", ["ada", ADA])
@pytest.mark.parametrize("realm", ["example.com", ADA])
def test_a_program_signs_in_by_digest_with_the_stored_hashes(world: Platform, username: str, realm: str) -> None:
    assert world.account().ha1
    program = Program(username, realm=realm)
    answer = program.ask("get_identity")
    assert answer.status_code == 200, answer.content
    assert answer.json()["sip_address"] == ADA


@pytest.mark.parametrize("url", [URL, "/sip_settings_digest.phtml", "/CDRTool/sip_settings_digest.phtml"])
def test_programs_that_were_set_up_for_cdrtool_keep_their_address(world: Platform, url: str) -> None:
    assert Program().ask("get_identity", url=url).status_code == 200


def test_the_web_password_counts_if_there_is_one(world: Platform) -> None:
    world.ngnpro.sip.update_account(with_web_password(world.account(), "another-secret-of-ada"))
    assert Program().ask("get_identity").status_code == 401
    assert Program(password="another-secret-of-ada").ask("get_identity").status_code == 200


def test_a_request_that_was_overheard_cannot_be_sent_again(world: Platform) -> None:
    program, address = Program(), f"{URL}?action=set_dnd_on&realm=example.com"
    challenge = program.client.get(address)
    assert program.answer(challenge, address).status_code == 200
    header = program.auth.build_digest_header("GET", f"http://testserver{address}")  # the next count is a new request
    assert program.client.get(address, headers={"Authorization": header}).status_code == 200
    again = program.client.get(address, headers={"Authorization": header})
    assert again.status_code == 401
    assert "stale=true" in again.headers["WWW-Authenticate"]
    elsewhere = program.auth.build_digest_header("GET", f"http://testserver{address}")
    other = program.client.get(address.replace("dnd_on", "dnd_off"), headers={"Authorization": elsewhere})
    assert other.status_code == 401


def test_an_old_nonce_is_refused_as_stale_and_does_not_count_as_a_wrong_password(world: Platform, clock: Clock) -> None:
    program, address = Program(), f"{URL}?action=get_identity&realm=example.com"
    challenge = program.client.get(address)
    clock.advance(301)
    for _try in range(7):
        answer = program.answer(challenge, address)
        assert answer.status_code == 401
        assert "stale=true" in answer.headers["WWW-Authenticate"]
    assert program.answer(answer, address).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Digest",
        "Digest username=ada",
        "Digest x",
        'Digest username="ada", realm="example.com", nonce="x", uri="/", nc=1, cnonce="x", response="x", qop=auth',
        "Basic %%%",
        "Basic eA==",
        "Bearer",
        "Bearer ngnpro_x",
        "Negotiate x",
    ],
)
def test_anything_else_is_asked_to_sign_in(world: Platform, header: str) -> None:
    answer = Client().get(URL, {"action": "get_identity"}, headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Digest realm="SIP_settings", qop="auth"')
    assert answer.json()["success"] is False


@pytest.mark.parametrize("realm", ['x"y', "x\ny", "é.example", "a" * 300])
def test_the_realm_of_the_url_cannot_break_the_header(world: Platform, realm: str) -> None:
    answer = Client().get(URL, {"action": "get_identity", "realm": realm})
    assert 'realm="SIP_settings"' in answer.headers["WWW-Authenticate"]


def test_wrong_passwords_of_programs_lock_the_name_out_as_those_of_pages_do(
    world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    statuses = [ask("get_identity", basic(password=f"wrong-{number}")).status_code for number in range(7)]
    assert statuses == [401] * 5 + [429] * 2
    locked = ask("get_identity")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert Program().ask("get_identity").status_code == 429
    assert Client(REMOTE_ADDR="198.51.100.1").get(URL, {"action": "get_identity"}, headers=basic()).status_code == 200
    assert ADA in caplog.text
    assert "wrong-0" not in caplog.text


def test_the_session_of_a_browser_is_no_login(people: dict[str, Client]) -> None:
    for person in ("subscriber", "operator"):
        assert people[person].get(URL, {"action": "set_dnd_on"}).status_code == 401


def test_another_website_cannot_change_anything_with_a_password_that_the_browser_knows(world: Platform) -> None:
    forged = {**basic(), "Sec-Fetch-Site": "cross-site"}
    assert ask("set_dnd_on", forged).status_code == 403
    assert not world.ngnpro.sip.get_accept_rules(ID).rules.temporary.groups
    assert ask("set_dnd_on", {**basic(), "Sec-Fetch-Site": "none"}).status_code == 200


def test_a_token_works_until_a_password_changes(world: Platform) -> None:
    token = {"Authorization": "Bearer " + make_token("", world.account(), "Blink")}
    assert ask("get_identity", token).json()["sip_address"] == ADA
    world.ngnpro.sip.update_account(replace(world.account(), password="quite-another-secret"))
    assert ask("get_identity", token).status_code == 401


def test_what_programs_read_has_the_members_of_cdrtool(world: Platform) -> None:
    write_phone(world, ADA, "Blink 6.0.4 (Linux)")
    now = ago(hours=1)
    rows = [call_row("one", ADA, "0031208005169@example.com", now, price=0.5), call_row("two", "x@y.example", ADA, now)]
    write(world, calls, *rows)
    world.ngnpro.sip.set_call_diversions(ID, CallDiversions(func="sip:bob@example.com"))
    world.ngnpro.sip.set_reject_members(ID, ("sip:eve@example.net",))
    world.ngnpro.voicemail.add_account(VoicemailAccount(sip_id=ID, name="Ada", password="83741", email=ADA))
    (device,) = ask("get_devices").json()
    assert set(device) == {"contact", "publicContact", "expires", "user_agent", "transport"}
    history = ask("get_history").json()
    (placed,), (received,) = history["placed"], history["received"]
    assert (placed["price"], placed["sessionId"], placed["timezone"]) == (0.5, "one", "Europe/London")
    assert "x@y.example" in received["remoteParty"]
    assert ask("get_monthly_usage").json().keys() == {"calls", "price"}
    assert ask("get_call_forwarding").json()["FUNC"] == "bob@example.com"
    assert ask("get_accept_rules").json()["temporary"] == {"groups": [], "duration": 0}
    assert ask("get_reject_rules").json() == ["sip:eve@example.net"]
    assert ask("get_aliases").json() == ["front@example.com"]
    assert ask("get_enum").json() == ["+31208005169"]
    box = ask("get_voicemail")
    assert box.json()["Name"] == "Ada"
    assert "83741" not in box.content.decode()


def test_what_is_changed_is_in_the_journal_with_its_author(world: Platform) -> None:
    assert ask("set_dnd_on", duration="15").json()["success"] is True
    assert world.ngnpro.sip.get_accept_rules(ID).rules.temporary.duration == 15
    assert ask("set_dnd_off").json()["success"] is True
    assert not world.ngnpro.sip.get_accept_rules(ID).rules.temporary.groups
    assert ask("set_privacy_on").json()["success"] is True
    assert ask("set_privacy_on").json()["success"] is True
    assert "anonymous" in world.account().groups
    assert ask("set_privacy_off").json()["success"] is True
    assert "anonymous" not in world.account().groups
    entries = JournalEntry.objects.all()
    assert len(entries) == 4
    assert {(entry.author.login, entry.source) for entry in entries} == {(ADA, STRANGER)}


def test_forwarding_changes_only_the_conditions_that_were_sent(world: Platform) -> None:
    world.ngnpro.sip.set_call_diversions(ID, CallDiversions(fbus="sip:desk@example.com", fnoa="sip:desk@example.com"))
    answer = ask("set_call_forwarding", FUNC="bob@other.example", FBUS="")
    assert answer.json()["success"] is True
    found = world.ngnpro.sip.get_call_diversions(ID)
    assert (found.func, found.fbus, found.fnoa) == ("sip:bob@other.example", None, "sip:desk@example.com")
    number = ask("set_call_forwarding", FNOL="+4930123456").json()
    assert "lacks the right" in number["warnings"][0]
    assert ask("set_call_forwarding", FNOL=ADA).status_code == 409


@pytest.mark.parametrize(
    ("action", "query", "status"),
    [
        ("set_dnd_on", {"duration": "-1"}, 422),
        ("set_dnd_on", {"duration": "1e3"}, 422),
        ("set_call_forwarding", {"FUNC": "a b c"}, 422),
        ("set_call_forwarding", {"FUNC": "<mobile-number>"}, 422),
        ("set_call_forwarding", {"FUNC": "<voice-mailbox>"}, 422),
        ("add_balance", {"id": "1"}, 422),
        ("add_balance", {"id": "1", "number": "12345678901"}, 409),
        ("get_prepaid", {}, 409),
        ("drop_tables", {}, 404),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    world: Platform, action: str, query: dict[str, str], status: int
) -> None:
    answer = ask(action, **query)
    assert answer.status_code == status, answer.content
    assert answer.json()["success"] is False
    assert answer.json()["error_message"]


def test_an_alias_is_added_by_right(world: Platform) -> None:
    assert ask("add_alias", username="ada.byron").status_code == 422
    world.ngnpro.sip.add_to_group(ID, "own-aliases")
    assert ask("add_alias", username="ada.byron").json()["success"] is True
    assert ask("get_aliases").json() == ["ada.byron@example.com", "front@example.com"]


def test_a_telephone_system_handles_forwarding_itself(world: Platform) -> None:
    world.ngnpro.sip.add_to_group(ID, "trunking")
    assert ask("get_call_forwarding").status_code == 403
    assert ask("get_history").status_code == 200


def test_an_account_is_deleted_only_by_the_mailed_link(world: Platform) -> None:
    assert ask("delete_account", delete_id="x").json()["success"] is True
    assert OutboxMessage.objects.get().kind == "account-removal"
    assert world.account()


def test_an_outage_is_said_as_such(world: Platform) -> None:
    token = {"Authorization": "Bearer " + make_token("", world.account(), "Blink")}
    world.cut()
    answer = ask("get_history", token)
    assert answer.status_code == 503
    assert answer.json()["success"] is False


def test_chat_journals_are_off_unless_the_operator_turns_them_on(world: Platform) -> None:
    assert ask("put_journal_entries", uuid="x", data="[]").json()["success"] is False
    assert not ChatEntry.objects.exists()


def test_programs_exchange_the_entries_of_their_chat_journal(world: Platform, settings: Any) -> None:
    settings.CHAT_ENTRIES = 3
    world.add_account("grace@example.com")

    def post(action: str, **body: Any) -> Any:
        return Client().post(f"{URL}?action={action}", body, headers=basic()).json()

    sent = json.dumps({str(number): {"id": f"m{number}", "data": f"secret {number}"} for number in range(5)})
    stored = post("put_journal_entries", uuid="phone-1", data=sent)
    assert [row["id"] for row in stored["results"]] == ["m0", "m1", "m2", "m3", "m4"]
    read = ask("get_journal_entries", except_uuid="phone-2", after_timestamp="0").json()
    assert [row["data"] for row in read["results"]] == ["secret 2", "secret 3", "secret 4"]
    assert ask("get_journal_entries", except_uuid="phone-1").json()["results"] == []
    later = str((timezone.now() + timedelta(hours=1)).timestamp())
    assert ask("get_journal_entries", after_timestamp=later).json()["results"] == []
    other = basic("grace@example.com")
    assert ask("get_journal_entries", other).json()["results"] == []
    number = read["results"][0]["id"]
    ask("delete_journal_entries", other, data=f"[{number}]")
    assert ChatEntry.objects.count() == 3
    assert post("delete_journal_entries", data=f"[{number}]")["success"] is True
    assert ChatEntry.objects.count() == 2
    assert ask("put_journal_entries", uuid="x", data="nonsense").status_code == 422
    assert ask("delete_journal_entries", data='["x"]').status_code == 422


def test_old_nonces_and_entries_are_deleted(world: Platform) -> None:
    long_ago = timezone.now() - timedelta(days=91)
    ChatEntry.objects.create(address=ADA, uuid="x", data="x", created_at=long_ago)
    UsedNonce.objects.create(key="x", used_at=long_ago)
    assert clean_up_programs() == 1
    assert not UsedNonce.objects.exists()


def test_without_an_action_a_person_gets_the_pages(world: Platform) -> None:
    assert Client().get(URL).headers["Location"] == "/"


# The actions of CDRTool, with what a program sends, the status, and what is in the answer.
ALL_ACTIONS = {
    "get_identity": ({}, 200, "sip_address"),
    "get_devices": ({}, 200, "["),
    "get_history": ({}, 200, "placed"),
    "get_prepaid": ({}, 200, "balance"),
    "get_monthly_usage": ({}, 200, "calls"),
    "get_balance_history": ({}, 200, "["),
    "get_call_forwarding": ({}, 200, "FUNC"),
    "set_call_forwarding": ({"FBUS": "bob@example.com"}, 200, '"success": true'),
    "get_accept_rules": ({}, 200, "persistent"),
    "get_reject_rules": ({}, 200, "["),
    "set_dnd_on": ({"duration": "30"}, 200, '"success": true'),
    "set_dnd_off": ({}, 200, '"success": true'),
    "set_privacy_on": ({}, 200, '"success": true'),
    "set_privacy_off": ({}, 200, '"success": true'),
    "get_voicemail": ({}, 200, "{"),
    "get_aliases": ({}, 200, "front@example.com"),
    "add_alias": ({"username": "more"}, 422, '"success": false'),
    "get_enum": ({}, 200, "31208005169"),
    "add_balance": ({"id": "1", "number": "12345678901"}, 409, '"success": false'),
    "get_journal_entries": ({}, 200, "{"),
    "put_journal_entries": ({"uuid": "x", "data": "[]"}, 200, "{"),
    "delete_journal_entries": ({"data": "[]"}, 200, "{"),
    "export_identity_proof": ({}, 200, '"success": false'),
    "get_crt": ({}, 200, '"success": false'),
    "get_p12": ({}, 200, '"success": false'),
    "delete_account": ({}, 200, "A mail with a link was sent"),
    "get_location": ({}, 200, "country"),
}


@pytest.mark.parametrize("action", ALL_ACTIONS)
def test_every_action_of_cdrtool_is_answered(world: Platform, action: str) -> None:
    world.ngnpro.sip.update_account(replace(world.account(), prepaid=True))
    values, status, part = ALL_ACTIONS[action]
    answer = ask(action, **values)
    assert (answer.status_code, part in answer.content.decode()) == (status, True), answer.content.decode()


def test_no_other_action_is_answered() -> None:
    assert set(ALL_ACTIONS) == {*ACTIONS, "get_location"}
