"""The brand of a reseller on the portal's pages, and the portal as an app."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from PIL import Image

from portal.mail.text.brand import engine_name
from portal.mail.text.models import MailBrand
from tests.support.portal import Platform

SIGN_IN = "/session/sign-in/"


@pytest.fixture(autouse=True)
def _no_cached_brand() -> None:
    cache.clear()


def picture() -> bytes:
    written = BytesIO()
    Image.new("RGB", (60, 20), "#aa3355").save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def brand(platform: Platform) -> MailBrand:
    return MailBrand.objects.create(
        engine="default", reseller=7, name="Harbour Voice", colour="#aa3355", logo=picture(), host="voice.example.com"
    )


def addresses(page: str) -> dict[str, str]:
    """Return the addresses of a page's colour, logo and manifest."""
    return {kind: address for address, kind in re.findall(r'"(/brand/[\w-]+/(colour|logo|app)[^"]*)"', page)}


def test_at_the_host_name_of_a_reseller_the_sign_in_page_has_their_brand(
    brand: MailBrand, settings: LazySettings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = Client(headers={"host": "voice.example.com"}).get(SIGN_IN).content.decode()
    assert "Harbour Voice" in page
    assert "NGNPro portal" not in page
    found = addresses(page)
    browser = Client()
    assert browser.get(found["colour"]).content == b":root { --accent: #aa3355; }\n"
    assert browser.get(found["logo"]).content == bytes(brand.logo)
    manifest = json.loads(browser.get(found["app"]).content)
    assert (manifest["name"], manifest["theme_color"]) == ("Harbour Voice", "#aa3355")
    for icon in manifest["icons"]:
        answer = browser.get(icon["src"])
        assert "immutable" in answer.headers["Cache-Control"]
        with Image.open(BytesIO(answer.content)) as drawn:
            assert f"{drawn.width}x{drawn.height}" == icon["sizes"]


def test_elsewhere_the_portal_has_its_own_name(brand: MailBrand) -> None:
    page = Client().get(SIGN_IN).content.decode()
    assert "NGNPro portal" in page
    assert "Harbour Voice" not in page


def test_unknown_brands_and_sizes_do_not_exist(brand: MailBrand) -> None:
    browser = Client()
    for path in ("/brand/unknown/colour.css", "/brand/7/logo.png", f"/brand/{brand.public_id}/icon-4000.png"):
        assert browser.get(path).status_code == 404


def test_users_of_a_reseller_see_the_brand_wherever_they_sign_in(people: dict[str, Client], world: Platform) -> None:
    reseller = world.ngnpro.customers.find_account("meridian").id
    MailBrand.objects.create(engine=engine_name(""), reseller=reseller, name="Harbour Voice", colour="#aa3355")
    for person in ("reseller", "customer", "subscriber"):
        page = people[person].get("/", follow=True).content.decode()
        assert "Harbour Voice" in page
        assert "/colour.css" in page
    for person in ("operator", "another reseller", "another customer", "another subscriber"):
        assert "Harbour Voice" not in people[person].get("/", follow=True).content.decode()


def test_a_brand_is_stored_on_its_page_and_only_operators_set_the_host_name(
    platform: Platform, browser: Client
) -> None:
    answer = browser.post("/mail/templates/brand/", {"name": "Our phones", "colour": "#123456", "host": "x.example"})
    assert answer.status_code == 302
    row = MailBrand.objects.get()
    assert (row.name, row.colour, row.host) == ("Our phones", "#123456", "")
    assert "Our phones" in browser.get("/").content.decode()


def test_the_portal_can_be_installed_and_says_when_it_cannot_be_reached(platform: Platform) -> None:
    browser = Client()
    manifest = json.loads(browser.get("/brand/app.webmanifest").content)
    assert manifest["display"] == "standalone"
    worker = browser.get("/brand/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/"
    assert "/brand/offline/" in worker.content.decode()
    assert "cannot be reached" in browser.get("/brand/offline/").content.decode()
