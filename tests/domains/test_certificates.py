"""TLS certificates of domains: which are accepted or refused, the error messages, and which expire soon."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from cryptography.hazmat.primitives.serialization import load_pem_private_key as load
from django.test import Client

from portal.domains.services import LOOKED_AT
from portal.ngnpro.records import SipDomain
from tests.support.keys import self_signed
from tests.support.pages import Page
from tests.support.portal import Platform

EDIT = "/domains/example.com/edit/"


def add(browser: Client, certificate: str, key: str, **more: str) -> Page:
    """Add example.com with a certificate, as the form does."""
    data = {"domain": "example.com", "certificate": certificate, "private_key": key, **more}
    return Page(browser.post("/domains/add/", data))


def stored(platform: Platform) -> SipDomain:
    found = platform.ngnpro.sip.find_domain("example.com")
    assert found is not None
    return found


def edited(browser: Client, **changes: str) -> Page:
    data = Page(browser.get(EDIT)).form_data() | changes
    return Page(browser.post(EDIT, data))


@pytest.mark.parametrize("text", ["nonsense", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_an_invalid_certificate_is_refused_beside_its_field(browser: Client, platform: Platform, text: str) -> None:
    page = add(browser, text, self_signed()[1])
    assert "This is not a complete certificate" in page.error_of("certificate")
    assert platform.ngnpro.sip.find_domain("example.com") is None


def test_a_key_among_the_certificates_is_refused_with_its_own_field(browser: Client, platform: Platform) -> None:
    certificate, key = self_signed()
    assert "Enter it in its own field" in add(browser, certificate + key, key).error_of("certificate")


def test_an_invalid_or_encrypted_key_is_refused_and_never_shown(browser: Client, platform: Platform) -> None:
    certificate, key = self_signed()
    assert "This is not a complete private key" in add(browser, certificate, "nonsense").error_of("private_key")
    locked = load(key.encode(), None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    page = add(browser, certificate, locked.decode())
    assert "protected by a password" in page.error_of("private_key")
    assert locked.decode().split("\n")[2] not in page.response.content.decode()  # type: ignore[attr-defined]


def test_a_key_of_another_certificate_is_refused(browser: Client, platform: Platform) -> None:
    page = add(browser, self_signed()[0], self_signed()[1])
    assert page.error_of("private_key") == "This private key does not match the certificate."


def test_a_certificate_and_its_key_come_together(browser: Client, platform: Platform) -> None:
    certificate, key = self_signed()
    assert "A certificate needs its private key" in add(browser, certificate, "").error_of("private_key")
    assert "A private key needs its certificate" in add(browser, "", key).error_of("private_key")


def test_a_certificate_for_another_name_is_refused_with_the_names_that_it_has(
    browser: Client, platform: Platform
) -> None:
    page = add(browser, *self_signed(names=("sip.other.example", "other.example")))
    error = "It is valid for sip.other.example, other.example, but not for example.com."
    assert page.error_of("certificate") == error


@pytest.mark.parametrize(
    ("names", "domain", "fits"),
    [
        (("*.example.com",), "sip.example.com", True),
        (("*.example.com",), "example.com", False),
        (("*.example.com",), "a.b.example.com", False),
        (("EXAMPLE.com", "x.example"), "example.com", True),
    ],
)
def test_a_star_stands_for_one_label(
    browser: Client, platform: Platform, names: tuple[str, ...], domain: str, fits: bool
) -> None:
    certificate, key = self_signed(names=names)
    answer = browser.post("/domains/add/", {"domain": domain, "certificate": certificate, "private_key": key})
    assert answer.status_code == (302 if fits else 422)


def test_the_name_by_which_the_proxy_chooses_it_may_be_the_certificates(browser: Client, platform: Platform) -> None:
    add(browser, *self_signed("sip.carrier.example"), match_sip_domain="sip.carrier.example")
    assert stored(platform).match_sip_domain == "sip.carrier.example"


def test_a_certificate_chain_must_be_in_order(browser: Client, platform: Platform) -> None:
    leaf, key = self_signed(issuer="Example CA")
    authority, _other = self_signed("Example CA")
    assert "Certificate 2 did not issue certificate 1" in add(browser, leaf + self_signed("Third CA")[0], key).error_of(
        "certificate"
    )
    add(browser, leaf + authority, key)
    assert stored(platform).certificate.count("BEGIN CERTIFICATE") == 2
    assert "1 intermediate certificate." in Page(browser.get("/domains/example.com/")).text


def test_a_certificate_out_of_its_time_is_refused(browser: Client, platform: Platform) -> None:
    assert "It expired on" in add(browser, *self_signed(begun=90, days=-3)).error_of("certificate")
    assert "It is not valid before" in add(browser, *self_signed(begun=-5)).error_of("certificate")


def test_a_new_certificate_has_to_fit_the_key_that_is_stored(browser: Client, platform: Platform) -> None:
    certificate, key = self_signed()
    add(browser, certificate, key)
    other = self_signed()
    assert "The stored private key does not match the new certificate" in edited(
        browser, certificate=other[0]
    ).error_of("private_key")
    edited(browser, certificate=other[0], private_key=other[1])
    assert stored(platform).certificate.split() == other[0].split()
    assert "This private key does not match the certificate" in edited(browser, private_key=key).error_of("private_key")


def test_a_stored_certificate_that_has_ended_does_not_stand_in_the_way_of_other_changes(
    browser: Client, platform: Platform
) -> None:
    certificate, key = self_signed("old.example", begun=90, days=-3)
    platform.add_domain("example.com", certificate=certificate, private_key=key)
    edited(browser, match_ip_address="192.0.2.1")
    assert (stored(platform).match_ip_address, stored(platform).private_key.split()) == ("192.0.2.1", key.split())


def test_removing_a_certificate_removes_its_key(browser: Client, platform: Platform) -> None:
    add(browser, *self_signed())
    edited(browser, certificate="")
    assert (stored(platform).certificate, stored(platform).private_key) == ("", "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("192.0.2.7 2001:DB8::7", "192.0.2.7, 2001:db8::7"),
        ("192.0.2.7:5061; [2001:db8::7]:5061", "192.0.2.7:5061, [2001:db8::7]:5061"),
        ("*", "*"),
    ],
)
def test_addresses_of_the_proxy_are_written_in_one_way(
    browser: Client, platform: Platform, typed: str, kept: str
) -> None:
    browser.post("/domains/add/", {"domain": "example.com", "match_ip_address": typed})
    assert stored(platform).match_ip_address == kept


@pytest.mark.parametrize("typed", ["192.0.2.300", "192.0.2.7, proxy", "192.0.2.7:99999", "[2001:db8::7]:x", "fe80:::"])
def test_an_invalid_address_is_explained_beside_its_field(browser: Client, platform: Platform, typed: str) -> None:
    page = Page(browser.post("/domains/add/", {"domain": "example.com", "match_ip_address": typed}))
    assert page.error_of("match_ip_address").startswith("“")
    assert page.value_of("match_ip_address") == typed


def test_an_invalid_certificate_name_is_refused(browser: Client, platform: Platform) -> None:
    page = Page(browser.post("/domains/add/", {"domain": "example.com", "match_sip_domain": "not a name"}))
    assert "This is not a domain name" in page.error_of("match_sip_domain")


def test_the_page_says_whose_certificate_it_is_and_until_when(browser: Client, platform: Platform) -> None:
    certificate, key = self_signed(issuer="Example CA", days=12)
    platform.add_domain("example.com", certificate=certificate, private_key=key)
    platform.add_domain("broken.example")
    text = Page(browser.get("/domains/example.com/")).text
    assert "For example.com; issued by Example CA" in text
    assert "11 days left" in text
    assert "Stored; it is never shown" in text
    assert "11 days left" in Page(browser.get("/domains/?domain=example")).rows()[0][3]


def test_certificates_that_end_soon_are_listed_at_the_cost_of_one_call(browser: Client, platform: Platform) -> None:
    for domain, days in (("ended.example", -2), ("soon.example", 9), ("late.example", 300)):
        certificate, key = self_signed(domain, days=days, begun=10)
        platform.add_domain(domain, certificate=certificate, private_key=key)
    platform.add_domain("none.example")
    platform.forget_calls()
    text = Page(browser.get("/domains/certificates/")).text
    assert platform.calls == ["getDomains"]
    assert text.index("ended.example") < text.index("soon.example")
    assert "late.example" not in text
    assert "4 of 4 domains were checked" in text


def test_more_domains_than_one_call_gives_have_a_page_of_their_own(browser: Client, platform: Platform) -> None:
    names = (f"d{number:03}.example" for number in range(LOOKED_AT + 1))
    platform.add_many("Sip", "addDomain", ({"domain": {"domain": name}} for name in names))
    page = Page(browser.get("/domains/certificates/"))
    assert page.links()["Check the next ones"] == f"?start={LOOKED_AT}"
    last = f"{LOOKED_AT + 1} of {LOOKED_AT + 1} domains were checked"
    assert last in Page(browser.get(f"/domains/certificates/?start={LOOKED_AT}")).text


def test_the_record_page_counts_accounts_and_aliases_and_leads_to_them(browser: Client, world: Platform) -> None:
    browser.get("/domains/example.com/")
    world.forget_calls()
    page = Page(browser.get("/domains/example.com/"))
    counted = ["getAccounts"] * 3  # the first ones, those blocked, and those over quota
    assert sorted(world.calls) == [*counted, "getAliases", "getDomains", "getSipDeviceLocations"]
    links = page.root.xpath("//dl[@class='facts']//a/@href")
    assert links[:2] == ["/accounts/?domain=example.com", "/aliases/?domain=example.com"]


def test_during_an_outage_the_certificates_are_a_503(browser: Client, platform: Platform) -> None:
    platform.cut()
    assert browser.get("/domains/certificates/").status_code == 503
