"""The overview and the search across all records."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from lxml import html

from ngnpro_server.store.schema.proxy import calls
from ngnpro_wire.facts.fault_codes import FaultCode
from portal.core.charts import draw_bars
from portal.mail.outbox.models import OutboxMessage
from portal.ngnpro.records import EnumId, EnumNumber, EnumRange, EnumRangeId, TrustedPeer
from portal.overview.models import AnswerTime
from portal.overview.tasks import measure_answer_times
from tests.support.calls import ago, call_row, write, write_phone
from tests.support.keys import self_signed
from tests.support.pages import Page
from tests.support.portal import Platform
from tests.watch.test_watch import without_watch

CALLS = ["getAccounts", "getAccounts", "getAccounts", "getAlarms", "getDomains", "getNumbers", "getRanges"]


def figure(page: Page, label: str) -> str:
    """Return what the overview says below a label."""
    found = page.root.xpath("//dl[@class='figures']/div[dt[text()=$label]]/dd", label=label)
    return " ".join(found[0].text_content().split())


def test_the_overview_counts_records_and_each_number_opens_the_list_that_it_counts(
    browser: Client, world: Platform
) -> None:
    world.add_account("bart@example.com", groups=("blocked",))
    page = Page(browser.get("/"))
    assert figure(page, "Blocked accounts").startswith("1")
    links = {link.text: link.get("href") for link in page.root.xpath("//dl[@class='figures']//a")}
    assert links["0 over quota"] == "/accounts/?state=quota"
    assert len(Page(browser.get(links["1"])).rows()) == 1
    assert "/enum/numbers/" in links.values()


def test_the_overview_makes_a_fixed_number_of_calls(browser: Client, world: Platform) -> None:
    browser.get("/")
    for number in range(20):
        world.add_account(f"zed{number}@example.com")
    world.forget_calls()
    browser.get("/")
    assert sorted(world.calls) == CALLS


def test_a_number_that_ngnpro_refuses_to_tell_is_unknown_and_not_zero(browser: Client, world: Platform) -> None:
    world.refuse("getNumbers", "getRanges", code=FaultCode.INTERNAL_ERROR)
    page = Page(browser.get("/"))
    assert figure(page, "Numbers in use") == "unknownranges: unknown"


def test_an_outage_of_ngnpro_is_no_overview_of_zeros(browser: Client, world: Platform) -> None:
    browser.get("/")
    world.cut()
    assert browser.get("/").status_code == 503


def test_a_range_that_is_nearly_full_asks_for_the_operator(browser: Client, world: Platform) -> None:
    world.ngnpro.enum.add_range(EnumRange(id=EnumRangeId(prefix="4420794600"), min_digits=11, max_digits=11, size=1))
    assert "4420794600" not in Page(browser.get("/")).text
    world.ngnpro.enum.add_number(EnumNumber(id=EnumId(number="44207946001")))
    assert "Range +4420794600: 1 of 1 number is used." in Page(browser.get("/")).text


def test_the_latest_changes_are_told_in_words_to_those_who_may_read_them(
    people: dict[str, Client], world: Platform
) -> None:
    people["operator"].post("/accounts/ada@example.com/groups/block/")
    page = Page(people["operator"].get("/"))
    assert "Account ada@example.com" in page.text
    assert "Nothing has been changed yet" not in page.text


def test_a_failed_mail_and_a_routing_fault_are_in_what_asks_for_the_operator(browser: Client, world: Platform) -> None:
    OutboxMessage.objects.create(kind="invitation", about="x", recipient="x@mail.example", state="failed")
    page = Page(browser.get("/"))
    assert "1 mail of the last seven days could not be sent." in page.text
    assert page.links()["1 mail of the last seven days could not be sent."] == "/mail/outbox/?state=failed"


def test_the_worker_stores_how_long_ngnpro_takes_and_the_overview_draws_it(browser: Client, world: Platform) -> None:
    assert "NGNPro answers" not in Page(browser.get("/")).text
    now = timezone.now().replace(second=0, microsecond=0)
    AnswerTime.objects.create(engine="ngnpro", minute=now - timedelta(hours=3), milliseconds=5)
    assert measure_answer_times() == 1
    (stored,) = AnswerTime.objects.all()
    assert stored.milliseconds is not None
    AnswerTime.objects.create(engine=stored.engine, minute=stored.minute - timedelta(minutes=5), milliseconds=900)
    page = Page(browser.get("/"))
    assert "1 minute over 200 ms" in page.text
    assert len(page.root.xpath("//*[local-name()='rect']")) == 2
    assert "Unknown" in page.text


def test_a_server_that_gives_no_usable_answer_has_no_time(world: Platform) -> None:
    world.cut()
    measure_answer_times()
    assert AnswerTime.objects.get().milliseconds is None


def test_only_operators_see_how_long_ngnpro_takes(people: dict[str, Client], world: Platform) -> None:
    measure_answer_times()
    assert "NGNPro answers" in Page(people["operator"].get("/")).text
    assert "NGNPro answers" not in Page(people["reseller"].get("/")).text


def test_bars_of_unknown_values_are_left_out_and_those_over_the_limit_are_marked() -> None:
    chart = draw_bars([("1", None), ("2", 100), ("3", 300)], limit=200)
    assert chart is not None
    assert [bar.css for bar in chart.bars] == ["is-unknown", "", "is-over"]
    assert (chart.lowest.label, chart.highest.label, chart.middle, chart.over) == ("2", "3", 300, 1)
    assert draw_bars([("1", None)]) is None


def test_certificates_that_end_soon_are_a_line_of_the_overview_that_costs_one_call_an_hour(
    browser: Client, world: Platform
) -> None:
    assert "certificate" not in Page(browser.get("/")).text
    certificate, key = self_signed("soon.example", days=5)
    world.add_domain("soon.example", certificate=certificate, private_key=key)
    cache.clear()
    page = Page(browser.get("/"))
    assert page.links()["1 certificate of a domain expires soon or has expired."] == "/domains/certificates/"
    world.forget_calls()
    browser.get("/")
    assert sorted(world.calls) == CALLS


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("ada@example.com", "/accounts/ada@example.com/"),
        ("sip:ADA@example.com", "/accounts/ada@example.com/"),
        ("+31 20 800", "/enum/numbers/31208005169/e164.arpa/"),
        ("8005169", "/enum/numbers/31208005169/e164.arpa/"),
        ("020 800 5169", "/enum/numbers/31208005169/e164.arpa/"),
        ("front@other.example", "/aliases/?alias=front%40other.example"),
        ("other.ex", "/domains/other.example/"),
    ],
)
def test_a_single_result_is_opened_at_once(browser: Client, world: Platform, wanted: str, url: str) -> None:
    # it has the name of a domain, so that both would be found
    world.ngnpro.dns.delete_zone("other.example")
    assert browser.get("/search/", {"q": wanted}).headers["Location"] == url


def test_several_results_are_listed_by_kind(browser: Client, world: Platform) -> None:
    page = Page(browser.get("/search/", {"q": "*o*"}))
    assert page.response.status_code == 200
    for words in ("Accounts", "bob@other.example", "Aliases", "front@example.com", "Domains", "other.example"):
        assert words in page.text


def test_nothing_found_says_how_to_search(browser: Client, world: Platform) -> None:
    assert "Nothing found" in Page(browser.get("/search/", {"q": "zzz_%"})).text
    assert "Type the first characters" in Page(browser.get("/search/")).text


def test_the_search_finds_only_own_records(people: dict[str, Client], world: Platform) -> None:
    text = people["customer"].get("/search/", {"q": "*o*"}).content.decode()
    assert "other.example" not in text


def test_the_search_makes_a_fixed_number_of_calls(browser: Client, world: Platform) -> None:
    for number in range(20):
        world.add_account(f"zed{number}@example.com")
    world.forget_calls()
    browser.get("/search/", {"q": "zed"})
    assert len(world.calls) <= 13


def suggested(browser: Client, wanted: str) -> dict[str, str]:
    """Return the options that the search box shows for a text: name and URL."""
    answer = browser.get("/search/", {"q": wanted}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    options = html.fromstring(f"<div>{answer.content.decode()}</div>").xpath(".//a[@role='option']")
    return {option.xpath("string(.//span)").split("  ")[0].strip(): option.get("href") for option in options}


def test_the_search_box_shows_even_a_single_result_while_somebody_types(browser: Client, world: Platform) -> None:
    assert suggested(browser, "bob@") == {"bob@other.example Ada Byron": "/accounts/bob@other.example/"}
    assert suggested(browser, "zzz_%") == {}


def test_the_search_box_offers_pages_that_the_viewer_may_use(people: dict[str, Client], world: Platform) -> None:
    assert suggested(people["operator"], "add: acc")["Add: Account"] == "/accounts/add/"
    assert suggested(people["operator"], "journ")["Journal"] == "/journal/"
    assert suggested(people["read-only operator"], "add: acc") == {}
    assert people["subscriber"].get("/search/", {"q": "a"}, headers={"HX-Request": "true"}).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "url"),
    [
        ("Ada Byron", "/accounts/ada@example.com/"),
        ("byron ada", "/accounts/ada@example.com/"),
        ("ther.exam", "/domains/other.example/"),
        ("lindenf", "/customers/3/"),
    ],
)
def test_full_names_and_parts_of_domains_are_found(browser: Client, world: Platform, wanted: str, url: str) -> None:
    assert url in suggested(browser, wanted).values()


def test_carriers_gateways_and_trusted_peers_are_found_by_parts_of_their_names(
    browser: Client, world: Platform
) -> None:
    world.add_routing("Northern Light", "0031")
    world.ngnpro.sip.add_trusted_peer(TrustedPeer(ip="192.0.2.77", description="The old exchange"))
    found = suggested(browser, "ern li")
    assert any(url.startswith("/lcr/carriers/") for url in found.values())
    assert any(url.startswith("/lcr/gateways/") for url in found.values())
    for wanted in ("192.0.2.7", "exchange"):
        assert suggested(browser, wanted) == {"192.0.2.77 The old exchange": "/lcr/peers/192.0.2.77/"}
    assert not any("carriers" in url for url in suggested(browser, "zzz").values())


def test_names_are_found_without_their_accents_and_with_them(browser: Client, world: Platform) -> None:
    world.add_account("ayse@example.com", first_name="Ayşe", last_name="Güneş")
    for wanted in ("gunes", "GÜNEŞ", "Guneş ayse"):
        assert "/accounts/ayse@example.com/" in suggested(browser, wanted).values(), wanted


def test_domains_are_found_in_their_own_script(browser: Client, world: Platform) -> None:
    world.add_domain("xn--rztehaus-zza.example")
    assert "/domains/xn--rztehaus-zza.example/" in suggested(browser, "ärztehaus").values()


def test_a_part_of_a_name_in_another_script_finds_its_domain(browser: Client, world: Platform) -> None:
    world.add_domain("xn--rztehaus-lindental-ktb.example")
    for wanted in ("ärztehaus", "Ärztehaus-lind", "ärztehaus-lindental.ex"):
        assert "/domains/xn--rztehaus-lindental-ktb.example/" in suggested(browser, wanted).values(), wanted
    assert suggested(browser, "ürztehaus") == {}


def test_subdomains_are_found_with_the_domain_that_begins_with_the_text(browser: Client, world: Platform) -> None:
    world.add_domain("shops.example.com")
    world.add_domain("example.community")
    found = [url for url in suggested(browser, "example.com").values() if url.startswith("/domains/")]
    assert (
        found == ["/domains/example.community/", "/domains/shops.example.com/"]
        or found[-1] == "/domains/shops.example.com/"
    )


def test_gateways_are_found_by_the_beginning_of_their_host(browser: Client, world: Platform) -> None:
    world.add_routing("Northern Light", "0031")
    gateway = world.ngnpro.sip.get_gateways().items[0]
    assert f"/lcr/gateways/{gateway.id}/" in suggested(browser, gateway.ip[:8]).values()
    assert not any("gateways" in url for url in suggested(browser, "0.0.0.0").values())


def test_customers_are_found_by_their_mail_address_and_full_name(browser: Client, world: Platform) -> None:
    customer = world.ngnpro.customers.get_account(3)
    changed = replace(customer, first_name="Hilde", last_name="Terpstra", email="hilde@linden.example")
    world.ngnpro.customers.update_account(changed)
    for wanted in ("hilde@linden.example", "Terpstra Hilde", "terps"):
        assert "/customers/3/" in suggested(browser, wanted).values(), wanted


CALL_ID = "4f2a9c01bb77@192.0.2.5"


def test_a_call_is_found_by_its_call_id_by_those_who_may_see_calls(people: dict[str, Client], world: Platform) -> None:
    write(world, calls, call_row(CALL_ID, "ada@example.com", "bob@other.example", ago(days=99)))
    [url] = suggested(people["operator"], CALL_ID).values()
    assert url.startswith("/accounts/tracing/trace/?call_id=4f2a9c01bb77%40192.0.2.5&node_ip=")
    world.forget_calls()
    assert suggested(people["operator"], "zzz zzz") == {}
    assert "getFoundCalls" not in world.calls


def test_a_server_that_does_not_search_for_calls_may_have_the_trace_of_a_call_id(
    people: dict[str, Client], world: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_watch(world, monkeypatch)
    found = suggested(people["operator"], CALL_ID)
    assert list(found.values()) == ["/accounts/tracing/trace/?call_id=4f2a9c01bb77%40192.0.2.5"]
    assert "Look for the trace of this call" in next(iter(found))
    assert suggested(people["operator"], "192.0.2.99") == {}
    assert "getFoundAccounts" not in world.calls


def test_an_account_is_found_by_the_address_of_its_phone(people: dict[str, Client], world: Platform) -> None:
    write_phone(world, "ada@example.com", "Phone", received="sip:198.51.100.7:40000")
    people["operator"].get("/")
    assert suggested(people["operator"], "198.51.100.7")["ada@example.com Phone at 198.51.100.7"] == (
        "/accounts/ada@example.com/"
    )
    assert suggested(people["operator"], "198.51.100.70") == {}
