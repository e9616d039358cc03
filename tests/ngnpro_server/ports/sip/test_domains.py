"""SIP domains: names, owners, values and rights."""

from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ngnpro_wire.facts.fault_codes import FaultCode
from tests.support.platform import Platform, refused
from tests.support.server import TestServer


def _pem_pair() -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sip.example.com")])
    start = datetime.datetime(2026, 1, 1)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start)
        .not_valid_after(start + datetime.timedelta(days=90))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), private.decode()


def test_a_domain_is_added_read_changed_and_deleted(server: TestServer) -> None:
    added = server.call("Sip", "addDomain", domain={"domain": "example.com", "match_ip_address": "192.0.2.1"})
    assert (added["domain"], added["match_ip_address"], added["verify_cert"]) == ("example.com", "192.0.2.1", False)
    changed = server.call("Sip", "updateDomain", domain={"domain": "example.com", "verify_cert": True})
    assert (changed["match_ip_address"], changed["verify_cert"]) == ("192.0.2.1", True)
    assert server.call("Sip", "getDomains", query={}) == {"total": 1, "domains": [changed]}
    assert server.call("Sip", "deleteDomain", domain="example.com") is None
    assert server.call("Sip", "getDomains", query={}) == {"total": 0, "domains": []}


def test_a_name_is_taken_once_whatever_its_case(platform: Platform) -> None:
    platform.add_domain("Example.COM")
    with refused(FaultCode.DOMAIN_EXISTS):
        platform.add_domain("example.com", platform.stranger)


def test_an_international_name_is_stored_in_ascii_and_found_by_either_form(server: TestServer) -> None:
    added = server.call("Sip", "addDomain", domain={"domain": "Bücher.example"})
    assert added["domain"] == "xn--bcher-kva.example"
    for name in ("bücher.example", "BÜCHER.example", "xn--bcher-kva.example"):
        found = server.call("Sip", "getDomains", query={"filter": {"domain": name}})
        assert found["total"] == 1, name


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "example..com",
        "-example.com",
        "example-.com",
        "exa mple.com",
        "exa_mple.com",
        "example.com..",
        "a" * 64 + ".com",
        ".".join(["a" * 63] * 4),
        "192.0.2.1",
        "[2001:db8::1]",
        "xn--a.example",
        "\u2764\ufe0f.example",
        "example.com; drop table sip_domains",
    ],
)
def test_an_invalid_domain_name_is_refused(server: TestServer, name: str) -> None:
    with refused(FaultCode.VALUE_INVALID, "domain"):
        server.call("Sip", "addDomain", domain={"domain": name})


def test_certificate_and_key_are_pem_texts(server: TestServer) -> None:
    certificate, private_key = _pem_pair()
    domain = {"domain": "example.com", "certificate": certificate, "private_key": private_key}
    added = server.call("Sip", "addDomain", domain=domain)
    assert (added["certificate"], added["private_key"]) == (certificate.strip(), private_key.strip())
    with refused(FaultCode.VALUE_INVALID, "certificate"):
        server.call("Sip", "updateDomain", domain=domain | {"certificate": private_key})
    with refused(FaultCode.VALUE_INVALID, "private_key"):
        server.call("Sip", "updateDomain", domain=domain | {"private_key": "-----BEGIN nothing-----"})


def test_a_new_domain_belongs_to_the_customer_who_adds_it(platform: Platform) -> None:
    added = platform.call("Sip", "addDomain", platform.customer.auth, domain={"domain": "example.com"})
    assert (added["customer"], added["reseller"]) == (platform.customer.id, platform.reseller.id)


def test_a_reseller_adds_domains_for_themselves_and_their_customers_only(platform: Platform) -> None:
    auth = platform.reseller.auth
    own = platform.call("Sip", "addDomain", auth, domain={"domain": "a.example"})
    assert own["customer"] == platform.reseller.id
    domain = {"domain": "b.example", "customer": platform.customer.id}
    assert platform.call("Sip", "addDomain", auth, domain=domain)["customer"] == platform.customer.id
    with refused(FaultCode.CUSTOMER_MISSING):
        platform.call("Sip", "addDomain", auth, domain={"domain": "c.example", "customer": platform.stranger.id})


def test_a_customer_cannot_move_their_domain_to_another_customer(platform: Platform) -> None:
    platform.add_domain()
    for other in (platform.sibling, platform.stranger):
        with refused(FaultCode.CUSTOMER_MISSING):
            platform.call(
                "Sip",
                "updateDomain",
                platform.customer.auth,
                domain={"domain": "example.com", "customer": other.id},
            )


def test_the_reseller_that_a_customer_sends_is_not_believed(platform: Platform) -> None:
    platform.add_domain()
    domain = {"domain": "example.com", "reseller": platform.rival.id}
    changed = platform.call("Sip", "updateDomain", platform.customer.auth, domain=domain)
    assert changed["reseller"] == platform.reseller.id


def test_an_administrator_moves_a_domain_and_its_accounts_go_along(platform: Platform) -> None:
    platform.add_domain()
    platform.add_account()
    platform.call(
        "Sip", "updateDomain", domain={"domain": "example.com", "customer": platform.stranger.id, "reseller": 1}
    )
    account = platform.account()
    assert (account["customer"], account["reseller"]) == (platform.stranger.id, platform.rival.id)
    for party, total in ((platform.reseller, 0), (platform.rival, 1), (platform.stranger, 1)):
        assert platform.call("Sip", "getDomains", party.auth, query={})["total"] == total
        assert platform.call("Sip", "getAccounts", party.auth, query={})["total"] == total


def test_a_foreign_domain_does_not_exist(platform: Platform) -> None:
    platform.add_domain()
    for party in (platform.sibling, platform.stranger, platform.rival):
        assert platform.call("Sip", "getDomains", party.auth, query={}) == {"total": 0, "domains": []}
        with refused(FaultCode.DOMAIN_MISSING):
            platform.call("Sip", "updateDomain", party.auth, domain={"domain": "example.com"})
        with refused(FaultCode.DOMAIN_MISSING):
            platform.call("Sip", "deleteDomain", party.auth, domain="example.com")


def test_deleting_a_domain_deletes_its_accounts(platform: Platform) -> None:
    platform.add_domain()
    platform.add_account()
    platform.call("Sip", "deleteDomain", platform.customer.auth, domain="EXAMPLE.com")
    assert platform.call("Sip", "getAccounts", query={}) == {"total": 0, "accounts": []}
    with refused(FaultCode.ACCOUNT_MISSING):
        platform.account()


def test_domains_are_listed_by_pattern_owner_and_order(platform: Platform) -> None:
    platform.add_domain("a.example", platform.customer)
    platform.add_domain("ab.example", platform.sibling)
    platform.add_domain("bx.test", platform.stranger)

    def names(**query: object) -> list[str]:
        listed = platform.call("Sip", "getDomains", query=query)
        assert listed["total"] == len(listed["domains"])
        return [domain["domain"] for domain in listed["domains"]]

    by_name = {"attribute": "domain", "direction": "ASC"}
    assert names(filter={"domain": "a%"}, orderBy=by_name) == ["a.example", "ab.example"]
    assert names(filter={"domain": "A_.EXAMPLE"}) == ["ab.example"]
    assert names(filter={"domain": "%.test"}) == ["bx.test"]
    assert names(filter={"domain": "%"}, orderBy=by_name) == ["a.example", "ab.example", "bx.test"]
    assert names(filter={"domain": "a.%e", "customer": platform.customer.id}) == ["a.example"]
    assert names(filter={"reseller": platform.rival.id}) == ["bx.test"]
    assert names(filter={"reseller": platform.rival.id, "customer": platform.customer.id}) == []
    assert names(filter={"domain": "a\\_.example"}) == []


def test_orders_and_windows_outside_the_contract_are_refused(server: TestServer) -> None:
    for query, field in (
        ({"orderBy": {"attribute": "private_key"}}, "attribute"),
        ({"orderBy": {"attribute": "domain", "direction": "SIDEWAYS"}}, "direction"),
        ({"range": {"start": -1, "count": 1}}, "start"),
        ({"range": {"start": 0, "count": 10001}}, "count"),
        ({"filter": {"domain": "x" * 321}}, "domain"),
    ):
        with refused(FaultCode.VALUE_INVALID, field):
            server.call("Sip", "getDomains", query=query)
