"""Phones that set themselves up: links, the formats of phones and programs, and which password they get."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from ngnpro_server.config import Platform as PlatformSection
from portal.accounts.phones.models import PhoneLink
from portal.accounts.phones.tasks import clean_up_phone_links
from portal.core.sip_accounts import with_web_password
from portal.people.identification import is_right_password
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Connect, Platform, open_platform, signed_in

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/softphone/automatic/"
MAC = "001565abcdef"
SECRET = ACCOUNT["password"]
SITE = "http://localhost:8000"


def make(client: Client, kind: str = "linphone", **values: str) -> str:
    """Make a link, and return what is shown for the phone."""
    sent = {"kind": kind, "mac": "00:15:65:AB:CD:EF", "current_password": SECRET, **values}
    answer = client.post(f"{URL}link/", sent)
    assert answer.status_code == 302, Page(answer).text
    (code,) = Page(client.get(URL)).root.xpath("//code[@id='phone-link']")
    return str(code.text)


def fetch(address: str, **more: Any) -> Any:
    return Client(REMOTE_ADDR="203.0.113.9").get(address.removeprefix(SITE), **more)


def has_sip_password(world: Platform, password: str) -> bool:
    return is_right_password(password, "ada", "example.com", "", world.account().ha1)


def entries(answer: Any) -> dict[str, str]:
    root = etree.fromstring(answer.content)
    space = {"l": "http://www.linphone.org/xsds/lpconfig.xsd"}
    return {
        f"{one.getparent().get('name')}.{one.get('name')}": one.text or ""
        for one in root.xpath("//l:entry", namespaces=space)
    }


@pytest.fixture
def ada(people: dict[str, Client]) -> Client:
    return people["subscriber"]


def test_linphone_scans_a_link_and_gets_the_hash_of_the_password(ada: Client, world: Platform) -> None:
    code = make(ada)
    assert "ada" not in code
    assert world.account().ha1
    answer = fetch(code)
    assert answer.headers["Content-Type"].startswith("application/xml")
    found = entries(answer)
    assert found["proxy_0.reg_identity"] == '"Ada Byron" <sip:ada@example.com>'
    assert found["auth_info_0.ha1"] == world.account().ha1
    assert "transport=tls" in found["proxy_0.reg_proxy"]
    assert "auth_info_0.passwd" not in found
    assert fetch(code).status_code == 404
    link = PhoneLink.objects.get()
    assert (link.source, link.made_by) == ("203.0.113.9", ADA)


def test_the_code_is_shown_once_and_its_token_is_stored_nowhere(
    ada: Client, world: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    token = make(ada).rpartition("/")[2]
    assert token not in ada.get(URL).content.decode()
    assert token not in repr(list(PhoneLink.objects.values_list())) + repr(dict(ada.session)) + caplog.text


def test_a_new_password_is_set_when_the_phone_asks(ada: Client, world: Platform) -> None:
    address = make(ada, "yealink", sets_password="on")
    assert has_sip_password(world, SECRET)
    assert address.endswith(f"/{MAC}.cfg")
    for other in ("y000000000000.boot", "001565abcdee.cfg"):
        assert fetch(address.replace(f"{MAC}.cfg", other)).status_code == 404
    text = fetch(address).content.decode()
    lines = dict(line.split(" = ", 1) for line in text.splitlines()[1:])
    assert text.startswith("#!version:1.0.0.1\n")
    assert lines["account.1.user_name"] == "ada"
    assert lines["account.1.sip_server.1.transport_type"] == "2"
    assert has_sip_password(world, lines["account.1.password"])
    assert not has_sip_password(world, SECRET)


def test_the_other_desk_phones_have_their_formats(ada: Client, world: Platform) -> None:
    snom = fetch(make(ada, "snom", sets_password="on"))
    settings = etree.fromstring(snom.content)
    assert settings.findtext("phone-settings/user_name[@idx='1']") == "ada"
    assert has_sip_password(world, settings.findtext("phone-settings/user_pass") or "")
    ada = signed_in(ADA, settings.findtext("phone-settings/user_pass") or "")
    password = settings.findtext("phone-settings/user_pass") or ""
    address = make(ada, "grandstream", sets_password="on", current_password=password)
    assert address.endswith(f"/cfg{MAC}.xml")
    config = etree.fromstring(fetch(address).content)
    assert config.findtext("mac") == MAC
    assert config.findtext("config/P47") == "example.com"
    assert has_sip_password(world, config.findtext("config/P34") or "")


def test_apps_of_acrobits_send_the_token_as_their_password(ada: Client, world: Platform, settings: Any) -> None:
    assert "Acrobits" not in Page(ada.get(URL)).text
    settings.ACROBITS_ID = "METOO"
    code = make(ada, "acrobits", sets_password="on")
    head, _colon, token = code.removesuffix("@METOO").rpartition(":")
    assert head == "csc:ada%40example.com"
    path = "/accounts/softphone/acrobits/"
    assert Client().get(path, {"cloud_username": "bob@example.com", "cloud_password": token}).status_code == 404
    answer = Client().post(path, {"cloud_username": ADA, "cloud_password": token, "cloud_id": "METOO"})
    account = etree.fromstring(answer.content)
    assert (account.tag, account.findtext("username"), account.findtext("transport")) == ("account", "ada", "tls+sip:")
    assert has_sip_password(world, account.findtext("password") or "")
    assert Client().post(path, {"cloud_username": ADA, "cloud_password": token}).status_code == 404


def test_zoiper_adds_its_token_to_the_address(ada: Client, world: Platform, settings: Any) -> None:
    settings.ZOIPER_ID = "4fab2ee7"
    code = make(ada, "zoiper", sets_password="on")
    assert code.startswith("https://oem.zoiper.com/qr-howto.php?provider_id=4fab2ee7&")
    answer = fetch(f"/accounts/softphone/settings/{code.rpartition('=')[2]}")
    assert has_sip_password(world, etree.fromstring(answer.content).findtext("accounts/account/password") or "")


def test_a_phone_gets_the_stored_password_where_the_platform_stores_it(
    tmp_path: Path, connect: Connect, db: None
) -> None:
    for platform in open_platform(tmp_path, connect, platform=PlatformSection(store_clear_text_passwords=True)):
        platform.add_domain()
        platform.add_account(ADA)
        text = fetch(make(signed_in(ADA, SECRET), "yealink")).content.decode()
        assert f"account.1.password = {SECRET}\n" in text


def test_without_a_stored_password_the_phone_needs_a_new_one(ada: Client, world: Platform) -> None:
    answer = ada.post(f"{URL}link/", {"kind": "yealink", "mac": MAC, "current_password": SECRET})
    assert answer.status_code == 422
    assert "stores the password encrypted" in Page(answer).text


def test_whoever_may_not_see_or_set_the_password_makes_no_link(people: dict[str, Client], world: Platform) -> None:
    world.ngnpro.sip.add_to_group(world.account().id, "deny-password-change")
    for values in ({}, {"sets_password": "on"}):
        sent = {"kind": "linphone", "current_password": SECRET, **values}
        assert people["subscriber"].post(f"{URL}link/", sent).status_code == 422
    assert make(people["customer"])


def test_a_web_password_does_not_lead_to_the_sip_password(world: Platform) -> None:
    world.ngnpro.sip.update_account(with_web_password(world.account(), "a-secret-for-the-web"))
    ada = signed_in(ADA, "a-secret-for-the-web")
    sent = {"kind": "linphone", "current_password": "a-secret-for-the-web"}
    assert ada.post(f"{URL}link/", sent).status_code == 422
    assert ada.post(f"{URL}link/", {**sent, "sets_password": "on"}).status_code == 302


@pytest.mark.parametrize(
    "values",
    [{"current_password": "wrong"}, {"kind": "yealink", "mac": ""}, {"kind": "yealink", "mac": "x"}, {"kind": "x"}],
)
def test_invalid_wishes_are_refused(ada: Client, world: Platform, values: dict[str, str]) -> None:
    sent = {"kind": "linphone", "current_password": SECRET, "sets_password": "on", **values}
    assert ada.post(f"{URL}link/", sent).status_code == 422
    assert not PhoneLink.objects.exists()


def test_a_link_ends_when_it_expires_another_is_made_or_a_password_changes(ada: Client, world: Platform) -> None:
    first, second = make(ada), make(ada)
    assert fetch(first).status_code == 404
    world.ngnpro.sip.update_account(with_web_password(world.account(), "another-secret-of-ada"))
    assert fetch(second).status_code == 404
    third = make(signed_in(ADA, "another-secret-of-ada"), sets_password="on", current_password="another-secret-of-ada")
    PhoneLink.objects.update(expires_at=timezone.now())
    assert fetch(third).status_code == 404
    PhoneLink.objects.update(expires_at=timezone.now() - timezone.timedelta(days=31))
    assert clean_up_phone_links() == 3


def test_an_outage_leaves_the_link_valid_and_the_password_as_it_was(ada: Client, world: Platform) -> None:
    address = make(ada, "yealink", sets_password="on")
    world.refuse("updateAccount")
    assert fetch(address).status_code == 409
    world.mend()
    assert has_sip_password(world, SECRET)
    assert fetch(address).status_code == 200


def test_guessed_tokens_lock_the_source_out(world: Platform) -> None:
    for number in range(8):
        assert fetch(f"/accounts/softphone/settings/x{number}").status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.9").get("/accounts/softphone/link/x/").status_code in (302, 429)


class TestCertificates:
    """A proxy has verified the certificate of a phone, and passes its subject."""

    path = f"/accounts/softphone/desk/{MAC}.cfg"

    @pytest.fixture(autouse=True)
    def header(self, settings: Any) -> None:
        settings.PHONE_CERTIFICATE_HEADER = "X-Phone-Certificate"
        settings.CERTIFICATE_PROXIES = [ipaddress.ip_network("192.0.2.1/32")]

    def ask(self, subject: str, source: str = "192.0.2.1") -> int:
        answer = Client(REMOTE_ADDR=source).get(self.path, headers={"X-Phone-Certificate": subject})
        return int(answer.status_code)

    def test_a_phone_proves_its_address(self, people: dict[str, Client], world: Platform) -> None:
        make(people["customer"], "yealink", sets_password="on")
        for subject in ("", "CN=001565abcdee", "O=001565abcdef", "CN=ada", "x" * 5000):
            assert self.ask(subject) == 404
        assert self.ask("CN=001565ABCDEF,O=Yealink", source="203.0.113.9") == 404
        assert self.ask("/C=CN/O=Yealink/CN=00:15:65:AB:CD:EF") == 200
        assert self.ask("CN=001565abcdef") == 404

    def test_a_user_cannot_take_over_the_phone_of_another(self, ada: Client, world: Platform) -> None:
        make(ada, "yealink", sets_password="on")
        assert self.ask("CN=001565abcdef") == 404

    def test_without_the_setting_nothing_is_believed(
        self, people: dict[str, Client], world: Platform, settings: Any
    ) -> None:
        make(people["customer"], "yealink", sets_password="on")
        settings.PHONE_CERTIFICATE_HEADER = ""
        assert self.ask("CN=001565abcdef") == 404
