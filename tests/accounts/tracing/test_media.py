"""The page of media that are relayed now, from the reports of the relays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.test import Client

from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import media_reports
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in

URL = "/accounts/tracing/media/"
RELAY = {"ip": "203.0.113.8", "bps_relayed": 64000, "session_count": 2, "status": "ok", "uptime": 600}
RELAY |= {"stream_count": {"audio": 2, "video": 1}}
STREAM = {"media_type": "audio", "caller_codec": "opus", "status": "active", "caller_remote": "198.51.100.20:40000"}


def report(platform: Platform, *sessions: dict[str, Any]) -> None:
    rows = [{"kind": "relay", "name": "one", "report": RELAY}]
    rows += [{"kind": "session", "name": str(number), "report": one} for number, one in enumerate(sessions)]
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(media_reports.insert(), [row | {"report_time": datetime(2026, 1, 1)} for row in rows])


def session(caller: str, called: str) -> dict[str, Any]:
    return {"from_uri": f"sip:{caller}", "to_uri": f"sip:{called}", "duration": 75, "streams": [STREAM]}


def test_relays_and_their_sessions_are_shown_and_found(browser: Client, platform: Platform) -> None:
    report(platform, session("ada@example.com", "bob@far.example"), session("carol@example.com", "dan@far.example"))
    browser.get(URL)
    platform.forget_calls()
    text = Page(browser.get(URL)).text
    assert sorted(platform.calls) == ["getMediaSessions", "getMediaSummary"]
    assert "203.0.113.8 ok 2 audio: 2, video: 1 64000 10:00" in text
    assert "ada@example.com bob@far.example audio opus, active: 198.51.100.20:40000" in text
    found = Page(browser.get(f"{URL}?q=DAN@")).text
    assert "carol@example.com" in found
    assert "ada@example.com" not in found
    assert "No call with media matches" in Page(browser.get(f"{URL}?q=nobody")).text


def test_no_report_is_not_the_same_as_an_unknown_one(browser: Client, platform: Platform) -> None:
    text = Page(browser.get(URL)).text
    assert "No media relay has reported to this platform." in text
    assert "No media are relayed now." in text
    platform.refuse("getMediaSummary", "getMediaSessions")
    assert Page(browser.get(URL)).text.count("Not known:") == 2


def test_it_is_for_operators_who_may_see_call_data(browser: Client, platform: Platform) -> None:
    platform.add_customer("Harbour Clinic")
    assert signed_in("harbour.clinic", CUSTOMER["password"]).get(URL).status_code == 404
    assert "Media now" in Page(browser.get("/accounts/tracing/")).links()
    Operator.objects.update(may_see_calls=False)
    assert browser.get(URL).status_code in (403, 404)
