"""Calls, registered phones and traces: what the SIP proxy wrote is returned."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ngnpro_server.ports.sip.devices import Contact, read_contact
from ngnpro_server.store.engine import transaction
from ngnpro_server.store.schema.proxy import calls, location, media_reports, sip_trace
from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.calls import age_accounts
from tests.support.platform import Platform, make_platform, refused
from tests.support.server import make_server

ALICE = {"username": "alice", "domain": "example.com"}
NOW = datetime(2026, 3, 15, 12, 0, 0)
Auth = dict[str, Any]


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    """The platform with the account alice@example.com, at a fixed time."""
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW))
    platform.add_domain()
    platform.add_account()
    return platform


def write(platform: Platform, table: Any, *rows: dict[str, Any]) -> None:
    """Insert rows into the proxy's tables, as a SIP proxy does for accounts that are older than them."""
    age_accounts(platform.server.engine)
    with transaction(platform.server.proxy, write=True) as connection:
        connection.execute(table.insert(), rows)


def call_row(call_id: str = "one", **columns: Any) -> dict[str, Any]:
    row = {
        "call_id": call_id,
        "from_tag": "ft=1",
        "to_tag": "tt",
        "from_username": "alice",
        "from_domain": "example.com",
        "to_username": "0031201234567",
        "to_domain": "example.com",
        "from_uri": "sip:alice@example.com",
        "to_uri": "sip:0031201234567@example.com",
        "from_header": '"Ålice" <sip:alice@example.com>',
        "start_time": NOW - timedelta(hours=1),
        "stop_time": NOW - timedelta(minutes=58),
        "duration": 120,
        "status": 200,
        "price": 0.25,
        "proxy_ip": "192.0.2.10",
        "media": "audio,video",
        "media_info": None,
    }
    return row | columns


def unix(moment: datetime) -> int:
    return int(moment.replace(tzinfo=UTC).timestamp())


class TestCalls:
    """getCalls and getCallStatistics."""

    def get(self, platform: Platform, auth: Auth | None = None, **query: Any) -> Any:
        return platform.call("Sip", "getCalls", auth, sipId=ALICE, query=query)

    def test_a_placed_call_is_shown_with_quoted_printable_texts(self, platform: Platform) -> None:
        write(platform, calls, call_row())
        assert self.get(platform, placed={"limit": 50}) == {
            "placed": [
                {
                    "fromURI": "sip:alice@example.com",
                    "toURI": "sip:0031201234567@example.com",
                    "fromHeader": '"=C3=85lice" <sip:alice@example.com>',
                    "startTime": unix(NOW - timedelta(hours=1)),
                    "stopTime": unix(NOW - timedelta(minutes=58)),
                    "duration": 120,
                    "status": 200,
                    "price": 0.25,
                    "sessionId": "one",
                    "fromTag": "ft=3D1",
                    "toTag": "tt",
                    "proxyIP": "192.0.2.10",
                    "applicationTypes": ["audio,video"],
                }
            ],
            "received": [],
        }

    def test_each_side_has_its_own_calls_newest_first_within_its_limits(self, platform: Platform) -> None:
        received = {"from_username": "bob", "to_username": "alice"}
        write(
            platform,
            calls,
            *(call_row(f"p{n}", start_time=NOW - timedelta(hours=n)) for n in range(1, 5)),
            call_row("r", stop_time=None, **received),
            call_row("other", from_username="carol", to_username="dave"),
        )
        found = self.get(platform, placed={"limit": 2}, received={})
        assert [call["sessionId"] for call in found["placed"]] == ["p1", "p2"]
        assert [(call["sessionId"], call["stopTime"]) for call in found["received"]] == [("r", 0)]
        period = {"fromDate": unix(NOW - timedelta(hours=3)), "toDate": unix(NOW - timedelta(hours=1))}
        found = self.get(platform, placed=period)
        assert [call["sessionId"] for call in found["placed"]] == ["p2", "p3"]

    def test_totals_are_this_months_unless_a_period_is_given(self, platform: Platform) -> None:
        write(
            platform,
            calls,
            call_row("a", price=0.1),
            call_row("b", price=0.2),
            call_row("c", start_time=datetime(2026, 2, 28), price=5.0),
            call_row("d", from_username="bob", to_username="alice", price=1.0),
        )

        def totals(**query: Any) -> Any:
            return platform.call("Sip", "getCallStatistics", sipId=ALICE, query=query)

        expected = {"placed": {"calls": 2, "price": 0.3}, "received": {"calls": 1, "price": 1.0}}
        assert totals() == totals(placed={"limit": 1}) == expected
        assert totals(placed={"fromDate": unix(datetime(2026, 2, 1))})["placed"] == {"calls": 3, "price": 5.3}

    def test_an_account_without_calls_has_none(self, platform: Platform) -> None:
        assert self.get(platform, placed={}, received={}) == {"placed": [], "received": []}
        nothing = {"calls": 0, "price": 0.0}
        found = platform.call("Sip", "getCallStatistics", sipId=ALICE, query={})
        assert found == {"placed": nothing, "received": nothing}

    def test_too_many_calls_are_refused(self, platform: Platform) -> None:
        with refused(FaultCode.VALUE_INVALID, "limit"):
            self.get(platform, placed={"limit": 5001})
        with refused(FaultCode.VALUE_INVALID, "fromDate"):
            self.get(platform, placed={"fromDate": -1})


class TestDevices:
    """getSipDeviceLocations."""

    def row(self, ruid: str, **columns: Any) -> dict[str, Any]:
        row = {
            "ruid": ruid,
            "username": "alice",
            "domain": "example.com",
            "contact": "sip:alice@10.0.0.5:5062;transport=tcp",
            "received": None,
            "expires": NOW + timedelta(seconds=600),
            "last_modified": NOW,
            "user_agent": "Blink 6",
            "socket": "tcp:192.0.2.10:5060",
        }
        return row | columns

    def get(self, platform: Platform, *sip_ids: Any, auth: Auth | None = None) -> Any:
        return platform.call("Sip", "getSipDeviceLocations", auth, sipIds=list(sip_ids))

    def test_phones_are_shown_in_the_order_of_the_ids(self, platform: Platform) -> None:
        platform.add_account("bob")
        seen = {"received": "sip:203.0.113.7:1024;transport=tls", "last_modified": NOW - timedelta(1)}
        write(platform, location, self.row("a"), self.row("b", socket="tls:192.0.2.10:5061", **seen))
        bob, alice = self.get(platform, {"username": "bob", "domain": "example.com"}, ALICE)
        assert bob == {"locations": []}
        assert alice["locations"][0] == {
            "address": "10.0.0.5",
            "port": 5062,
            "expires": 600,
            "userAgent": "Blink 6",
            "transport": "tcp",
        }
        assert alice["locations"][1] == alice["locations"][0] | {
            "publicAddress": "203.0.113.7",
            "publicPort": 1024,
        }

    def test_expired_registrations_are_not_shown(self, platform: Platform) -> None:
        write(platform, location, self.row("a", expires=NOW), self.row("b", expires=NOW + timedelta(seconds=1)))
        assert [phone["expires"] for phone in self.get(platform, ALICE)[0]["locations"]] == [1]

    @pytest.mark.parametrize(
        ("uri", "socket", "contact"),
        [
            ("sip:a@10.0.0.5", "", Contact("10.0.0.5", 5060, "udp")),
            ("<sip:a@10.0.0.5:5070>;q=1", "udp:192.0.2.1:5060", Contact("10.0.0.5", 5070, "udp")),
            ("sips:a@phone.example", "", Contact("phone.example", 5061, "tls")),
            ("sip:[2001:db8::5]:5066;transport=TLS", "", Contact("2001:db8::5", 5066, "tls")),
            ("sip:10.0.0.5;ob", "tls:192.0.2.1:5061", Contact("10.0.0.5", 5061, "tls")),
            ("nonsense", "", Contact("nonsense", 0, "")),
        ],
    )
    def test_contacts_are_read(self, uri: str, socket: str, contact: Contact) -> None:
        assert read_contact(uri, socket) == contact

    def test_too_many_ids_are_refused(self, platform: Platform) -> None:
        with refused(FaultCode.VALUE_INVALID, "sipIds"):
            self.get(platform, *[ALICE] * 1001)


def test_kamailios_julian_days_on_sqlite_are_read_as_times(tmp_path: Path) -> None:
    """Kamailio's db_sqlite writes times as days since 4714 BC, in UTC."""
    platform = make_platform(make_server(tmp_path, clock=lambda: NOW))
    if platform.server.proxy.dialect.name != "sqlite":
        return
    platform.add_domain()
    platform.add_account()
    with sqlite3.connect(platform.server.proxy.url.database or "") as connection:
        connection.execute(
            "INSERT INTO location (ruid, username, domain, contact, expires, last_modified)"
            " VALUES ('x', 'alice', 'example.com', 'sip:a@10.0.0.5', julianday(?), julianday(?))",
            ("2026-03-15 12:05:00", "2026-03-15 12:00:00"),
        )
    connection.close()
    found = platform.call("Sip", "getSipDeviceLocations", sipIds=[ALICE])
    assert found[0]["locations"][0]["expires"] == 300


class TestTraces:
    """Traces of calls and reports of media relays."""

    FILTER = {"nodeIp": "192.0.2.10", "callId": "one", "fromTag": "ft=1", "toTag": ""}

    def message(self, **columns: Any) -> dict[str, Any]:
        row = {
            "time_stamp": NOW,
            "time_us": 0,
            "callid": "one",
            "msg": "INVITE sip:x SIP/2.0\r\n\r\n",
            "method": "INVITE",
            "status": "",
            "fromip": "udp:10.0.0.5:5060",
            "toip": "udp:192.0.2.10:5060",
            "fromtag": "ft=1",
            "totag": "",
            "direction": "in",
        }
        return row | columns

    def test_the_messages_of_a_call_come_in_the_order_they_passed(self, platform: Platform) -> None:
        write(
            platform,
            sip_trace,
            self.message(time_us=5, msg="second"),
            self.message(time_us=1),
            self.message(time_us=9, msg="bye", fromtag="tt", totag="ft=1"),
            self.message(callid="two", msg="another call"),
            self.message(fromtag="other", msg="another leg"),
        )
        trace = json.loads(platform.call("Sip", "getSipTrace", filter=self.FILTER))
        assert [entry["message"] for entry in trace] == ["INVITE sip:x SIP/2.0\r\n\r\n", "second", "bye"]
        assert trace[0] | {"id": "2"} == {
            "id": "2",
            "direction": "in",
            "time_stamp": "2026-03-15 12:00:00",
            "from_ip": "udp:10.0.0.5:5060",
            "to_ip": "udp:192.0.2.10:5060",
            "method": "INVITE",
            "status": "",
            "message": "INVITE sip:x SIP/2.0\r\n\r\n",
        }

    def test_a_call_that_was_not_traced_has_no_messages_and_no_media(self, platform: Platform) -> None:
        assert platform.call("Sip", "getSipTrace", filter=self.FILTER) == "[]"
        with refused(FaultCode.MEDIA_MISSING):
            platform.call("Sip", "getMediaTrace", filter=self.FILTER)

    def test_media_information_is_answered_as_the_relay_noted_it(self, platform: Platform) -> None:
        info = json.dumps({"duration": 120, "streams": []})
        write(platform, calls, call_row(media_info=info))
        assert platform.call("Sip", "getMediaTrace", filter=self.FILTER) == info
        with refused(FaultCode.MEDIA_MISSING):
            platform.call("Sip", "getMediaTrace", filter=self.FILTER | {"fromTag": "other"})

    def test_only_those_whose_account_took_part_see_a_trace(self, platform: Platform) -> None:
        write(platform, sip_trace, self.message())
        write(platform, calls, call_row(media_info="{}"))
        for party in (platform.customer, platform.reseller):
            assert len(json.loads(platform.call("Sip", "getSipTrace", party.auth, filter=self.FILTER))) == 1
            assert platform.call("Sip", "getMediaTrace", party.auth, filter=self.FILTER) == "{}"
        for party in (platform.sibling, platform.stranger, platform.rival):
            assert platform.call("Sip", "getSipTrace", party.auth, filter=self.FILTER) == "[]"
            with refused(FaultCode.MEDIA_MISSING):
                platform.call("Sip", "getMediaTrace", party.auth, filter=self.FILTER)

    def test_the_state_of_the_media_relays_is_for_administrators(self, platform: Platform) -> None:
        relay = {"ip": "192.0.2.20", "session_count": 3}
        session = {"from_uri": "a", "to_uri": "b", "duration": 5, "streams": []}
        for operation in ("getMediaSummary", "getMediaSessions"):
            assert platform.call("Sip", operation) == "[]"
            with refused(FaultCode.NOT_PERMITTED):
                platform.call("Sip", operation, platform.reseller.auth)
        write(
            platform,
            media_reports,
            {"kind": "relay", "name": "192.0.2.20", "report": relay, "report_time": NOW},
            {"kind": "session", "name": "one", "report": session, "report_time": NOW},
        )
        assert json.loads(platform.call("Sip", "getMediaSummary")) == [relay]
        assert json.loads(platform.call("Sip", "getMediaSessions")) == [session]


def test_calls_of_a_foreign_account_are_not_listed(platform: Platform) -> None:
    for operation, arguments in (
        ("getCalls", {"sipId": ALICE, "query": {}}),
        ("getCallStatistics", {"sipId": ALICE, "query": {}}),
        ("getSipDeviceLocations", {"sipIds": [ALICE]}),
    ):
        with refused(FaultCode.ACCOUNT_MISSING):
            platform.call("Sip", operation, platform.stranger.auth, **arguments)
