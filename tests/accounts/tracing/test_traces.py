"""The page of a trace: the ladder, files, media, the next proxy, and links for carriers."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from ngnpro_server.seed.traces import messages_of_call
from ngnpro_server.store.schema.proxy import calls, sip_trace
from portal.accounts.tracing.models import TraceLink
from portal.accounts.tracing.tasks import clean_up_trace_links
from portal.people.operators.models import Operator
from tests.support.calls import ago, call_row, write
from tests.support.journal import latest
from tests.support.pages import Page
from tests.support.portal import CUSTOMER, Platform, signed_in
from tests.watch.test_watch import without_watch

URL = "/accounts/tracing/trace/?call_id=one%40proxy&node_ip=192.0.2.10"
STREAM = {"media_type": "audio", "status": "conntrack timeout", "start_time": 0, "end_time": 60, "timeout_wait": 30}
STREAM |= {"caller_local": "203.0.113.8:40000", "caller_packets": 100, "callee_packets": 0, "caller_codec": "opus"}


@pytest.fixture(autouse=True)
def traced_call(platform: Platform) -> dict[str, Any]:
    """A call that was traced, of a customer's account."""
    own = platform.add_customer("Harbour Clinic")
    platform.add_customer("Other Clinic")
    platform.add_domain("example.com", customer=own.id, reseller=own.reseller)
    platform.add_account("ada@example.com")
    media = json.dumps({"duration": 60, "streams": [STREAM]})
    row = call_row("one@proxy", "ada@example.com", "bob@far.example", ago(hours=1), media_info=media)
    write(platform, calls, row)
    write(platform, sip_trace, *messages_of_call(row))
    return row


def test_the_ladder_and_the_table_have_each_message(browser: Client, platform: Platform) -> None:
    platform.forget_calls()
    page = Page(browser.get(URL))
    assert sorted(platform.calls) == ["getMediaTrace", "getSipTrace"]
    hosts = page.root.xpath("//*[local-name()='svg' and @class='ladder']/*[@class='host']/text()")
    assert hosts == ["198.51.100.20", "192.0.2.10", "203.0.113.150"]
    arrows = page.root.xpath("//*[local-name()='svg' and @class='ladder']//*[local-name()='a']")
    assert len(arrows) == len(page.root.xpath("//tr[starts-with(@id, 'packet-')]")) == 13
    assert "1. INVITE" in arrows[0].text_content()
    assert "SDP" in arrows[0].text_content()
    assert "opus, PCMA, sendrecv" in page.text


def test_an_arrow_opens_its_message_without_javascript(browser: Client) -> None:
    page = Page(browser.get(URL))
    link = page.root.xpath("//*[local-name()='svg' and @class='ladder']//*[local-name()='a']/@href")[2]
    assert link.endswith("#packet-3")
    opened = Page(browser.get(link)).root.xpath("//details[@open]/ancestor::tr/@id")
    assert opened == ["packet-3"]


def test_media_show_their_streams_and_a_silent_side(browser: Client) -> None:
    page = Page(browser.get(URL))
    assert "No audio packets came from the called side" in page.text
    assert "No packets in the last 30 s" in page.text
    assert page.root.xpath("//*[local-name()='svg' and @class='succession']/*[@class='waited']/@x") == ["50.0"]


@pytest.mark.parametrize(
    ("ending", "kind", "start"),
    [("txt", "text/plain; charset=utf-8", b"--- 1  "), ("pcap", "application/vnd.tcpdump.pcap", b"\xd4\xc3\xb2\xa1")],
)
def test_the_trace_is_downloaded(browser: Client, ending: str, kind: str, start: bytes) -> None:
    answer = browser.get(f"{URL}&as={ending}")
    assert (answer.headers["Content-Type"], answer.content[: len(start)]) == (kind, start)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="trace-one@proxy.{ending}"'


@pytest.mark.parametrize("query", ["", "call_id=%00", f"call_id={'x' * 256}", "call_id=one@proxy&as=exe"])
def test_what_names_no_trace_or_file_is_not_found(browser: Client, query: str) -> None:
    assert browser.get(f"/accounts/tracing/trace/?{query}").status_code == 404


def test_a_call_that_was_not_traced_says_so(browser: Client) -> None:
    page = Page(browser.get("/accounts/tracing/trace/?call_id=other"))
    assert "this call was not traced, or its trace has expired" in page.text
    assert browser.get("/accounts/tracing/trace/?call_id=other&as=txt").status_code == 404


def test_a_trace_that_cannot_be_fetched_is_unknown_not_empty(browser: Client, platform: Platform) -> None:
    platform.refuse("getSipTrace")
    assert "They cannot be shown" in Page(browser.get(URL)).text


def test_the_page_of_a_call_leads_to_its_ladder(browser: Client) -> None:
    calls_page = Page(browser.get("/accounts/ada@example.com/calls/"))
    link = next(
        url for url in calls_page.links().values() if url and url.startswith("/accounts/ada@example.com/calls/1")
    )
    found = Page(browser.get(link)).links()["Ladder and files"]
    assert found == "/accounts/tracing/trace/?call_id=one%40proxy&node_ip=192.0.2.10&from_tag=ft&to_tag=tt"


def test_on_other_servers_the_ladder_leads_to_the_next_proxy(
    browser: Client, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "What 198.51.100.20 has traced" not in Page(browser.get(URL)).text
    without_watch(platform, monkeypatch)
    page = Page(browser.get(URL))
    assert page.links()["What 203.0.113.150 has traced"].endswith("?call_id=one%40proxy&node_ip=203.0.113.150")
    assert "What 192.0.2.10 has traced" not in page.text


SHARE = URL.replace("/trace/?", "/trace/share/?")


def share(browser: Client, days: str = "3") -> str:
    """Make a link on the page of the trace, and return it as the page shows it."""
    page = Page(browser.post(SHARE, {"days": days}, follow=True))
    return page.root.xpath("//div[@role='status']//code/text()")[0]


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


class TestLinks:
    def test_a_carrier_reads_the_trace_without_signing_in_and_nothing_else(self, browser: Client) -> None:
        carrier, link = Client(), share(browser)
        answer = carrier.get(path_of(link))
        assert answer.headers["Location"] == "/accounts/tracing/shared/"
        page = Page(carrier.get(answer.headers["Location"]))
        assert len(page.root.xpath("//tr[starts-with(@id, 'packet-')]")) == 13
        assert not page.root.xpath("//form | //nav")
        assert page.response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert carrier.get("/accounts/tracing/shared/?as=txt").content.startswith(b"--- 1")
        assert carrier.get(URL).status_code == 302
        assert carrier.get("/accounts/tracing/shared/?call_id=other").content.count(b"one@proxy")

    def test_its_token_is_stored_as_a_hash_and_shown_once(self, browser: Client) -> None:
        token = share(browser).rstrip("/").rpartition("/")[2]
        assert token not in str(TraceLink.objects.values())
        assert token not in browser.get(URL).content.decode()
        assert (latest().operation, latest().kind, latest().key) == ("shareTrace", "trace", "one@proxy")

    def test_it_expires(self, browser: Client) -> None:
        carrier, link = Client(), share(browser, "1")
        carrier.get(path_of(link))
        TraceLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        for page in ("/accounts/tracing/shared/", path_of(link)):
            answer = carrier.get(page)
            assert answer.status_code == 404
            assert "This link is not valid" in Page(answer).text

    def test_it_can_be_ended_and_is_counted(self, browser: Client) -> None:
        carrier, link = Client(), share(browser)
        carrier.get(path_of(link))
        page = Page(browser.get(URL))
        assert "opened 1 time" in page.text
        number = page.root.xpath("//button[@name='end']/@value")[0]
        assert "no longer valid" in Page(browser.post(SHARE, {"end": number}, follow=True)).text
        assert carrier.get("/accounts/tracing/shared/").status_code == 404

    def test_only_what_a_viewer_sees_can_be_shared(self, platform: Platform) -> None:
        stranger = signed_in("other.clinic", CUSTOMER["password"])
        answer = stranger.post(SHARE, {"days": "3"}, follow=True)
        assert "No link was made" in Page(answer).text
        assert not TraceLink.objects.exists()
        owner = signed_in("harbour.clinic", CUSTOMER["password"])
        share(owner)
        link = TraceLink.objects.get()
        assert stranger.post(SHARE, {"end": str(link.pk)}).status_code == 404
        assert "made by" not in Page(stranger.get(URL)).text

    def test_read_only_operators_make_no_link(self, browser: Client) -> None:
        Operator.objects.update(may_change=False)
        assert browser.post(SHARE, {"days": "3"}).status_code == 403
        assert "Make a link" not in Page(browser.get(URL)).text
        assert not TraceLink.objects.exists()

    @pytest.mark.parametrize("days", ["", "365", "x"])
    def test_other_lifetimes_are_refused(self, browser: Client, days: str) -> None:
        assert browser.post(SHARE, {"days": days}).status_code == 404
        assert not TraceLink.objects.exists()

    def test_an_unknown_token_is_told_nothing(self) -> None:
        assert Client().get("/accounts/tracing/link/x/").status_code == 404

    def test_ended_links_are_deleted_after_a_while(self, browser: Client) -> None:
        share(browser)
        assert clean_up_trace_links() == 0
        TraceLink.objects.update(expires_at=timezone.now() - timedelta(days=31))
        assert clean_up_trace_links() == 1
