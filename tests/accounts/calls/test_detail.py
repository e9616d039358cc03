"""The page of one call: its course, its SIP messages and its media."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from portal.accounts.calls.services import without_secrets
from tests.support.calls import ago, write_call, write_trace
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BEN = "ada@example.com", "ben@example.com"
LIST = f"/accounts/{ADA}/calls/"
INVITE = (
    f"INVITE sip:{BEN} SIP/2.0\r\nFrom: <sip:{ADA}>\r\n"
    'Proxy-Authorization: Digest username="ada",\r\n response="6629fae49393a05397450978507c4ef1"\r\n'
    "Call-ID: one\r\n\r\nv=0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:c2VjcmV0\r\nm=audio 4000 RTP/AVP 0\r\n"
)
STREAM = {
    "media_type": "audio",
    "status": "closed",
    "end_time": 120,
    "caller_remote": "198.51.100.20:4000",
    "callee_remote": "203.0.113.150:5000",
    "caller_packets": 6000,
    "callee_packets": 5900,
    "caller_bytes": 1200000,
    "callee_bytes": 1180000,
    "caller_codec": "opus",
}


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA)
    return platform


def open_call(browser: Client) -> Page:
    """Follow the link of the newest call."""
    first = Page(browser.get(LIST)).root.xpath("//table/tbody//th/a")[0]
    answer = browser.get(first.get("href"))
    assert answer.status_code == 200
    return Page(answer)


def test_a_call_shows_its_messages_and_media(browser: Client, ada: Platform) -> None:
    media = json.dumps({"duration": 120, "streams": [STREAM]})
    write_call(ada, ADA, BEN, call_id="one", media_info=media)
    write_trace(ada, "one", INVITE, "SIP/2.0 200 OK\r\nCall-ID: one\r\n\r\n")
    page = open_call(browser)
    assert "INVITE sip:ben@example.com SIP/2.0" in page.text
    assert "after 1 s" in page.text
    assert "6000 packets" in page.text
    assert "opus" in page.text
    assert "198.51.100.20:4000" in page.text


def test_credentials_are_hidden_in_messages(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, BEN, call_id="one")
    write_trace(ada, "one", INVITE)
    page = open_call(browser)
    for secret in ("6629fae4", "c2VjcmV0", "Digest username"):
        assert secret not in page.root.text_content()
    assert "Proxy-Authorization: (hidden)" in page.text
    assert "m=audio 4000" in page.text


def test_hiding_leaves_the_rest_of_a_message_alone() -> None:
    text = "A: 1\r\nauthorization: Digest x\r\n\ty\r\nB: 2\r\n"
    assert without_secrets(text) == "A: 1\r\nauthorization: (hidden)\r\nB: 2\r\n"
    assert without_secrets("k=prompt\na=sendrecv\n") == "k= (hidden)\na=sendrecv\n"


def test_a_call_without_media_and_trace_says_so_in_sentences(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, BEN, call_id="one")
    page = open_call(browser)
    assert "None: the media did not pass a relay" in page.text
    assert "this call was not traced" in page.text


def test_media_in_one_direction_only_is_pointed_out(browser: Client, ada: Platform) -> None:
    media = json.dumps({"duration": 120, "streams": [STREAM | {"callee_packets": 0}]})
    write_call(ada, ADA, BEN, call_id="one", media_info=media)
    assert "No audio packets came from the called side" in open_call(browser).text


def test_a_server_without_traces_still_shows_the_call(browser: Client, ada: Platform) -> None:
    write_call(ada, ADA, BEN, call_id="one")
    ada.withdraw("getSipTrace", "getMediaTrace")
    page = open_call(browser)
    assert "They cannot be shown" in page.text
    assert BEN in page.text


def test_calls_of_the_same_second_have_pages_of_their_own(browser: Client, ada: Platform) -> None:
    same = ago(hours=1)
    write_call(ada, ADA, BEN, same, call_id="one")
    write_call(ada, ADA, "cleo@example.com", same, call_id="two")
    links = [a.get("href") for a in Page(browser.get(LIST)).root.xpath("//table/tbody//th/a")]
    found = [Page(browser.get(link)).text for link in links]
    assert sorted("cleo" in text for text in found) == [False, True]


def test_a_subscriber_cannot_open_anothers_call_by_its_address(people: dict[str, Client], world: Platform) -> None:
    write_call(world, "bob@other.example", BEN, call_id="one")
    theirs = Page(people["another subscriber"].get("/accounts/bob@other.example/calls/"))
    link = theirs.root.xpath("//ul/li/a[@class='who']")[0].get("href")
    assert people["another subscriber"].get(link).status_code == 200
    assert people["subscriber"].get(link).status_code == 404
    assert people["subscriber"].get(link.replace("bob@other.example", ADA)).status_code == 404


@pytest.mark.parametrize("mark", ["x", "1767225600-0", "99999999999-0", "-"])
def test_a_call_that_does_not_exist_is_a_404(browser: Client, ada: Platform, mark: str) -> None:
    assert browser.get(f"{LIST}{mark}/").status_code == 404
