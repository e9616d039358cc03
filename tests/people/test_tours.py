"""The tour on the start page: at the first sign-in, per role, ended once, and started again under Help."""

from __future__ import annotations

import pytest
from django.test import Client

from portal.core.viewer import Role
from portal.people.operators.models import Operator
from portal.people.tours import STEPS
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

TOUR = "/session/tour/"
LOGINS = {
    Role.OPERATOR: ("ines", PASSWORD),
    Role.RESELLER: ("meridian", "secret-of-customer"),
    Role.CUSTOMER: ("harbour", "secret-of-customer"),
    Role.SUBSCRIBER: ("ada@example.com", "a-secret-of-ada"),
}


def step_on(browser: Client) -> str:
    """Return the title of the step on the start page; empty without a tour."""
    return "".join(Page(browser.get("/", follow=True)).root.xpath("//h2[@id='tour-title']/text()"))


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_goes_through_three_steps_whose_links_open_pages(
    world: Platform, operator: Operator, role: Role
) -> None:
    browser = signed_in(*LOGINS[role])
    for number, step in enumerate(STEPS[role]):
        assert browser.post(TOUR, {"step": number}).headers["Location"] == "/#tour"
        page = Page(browser.get("/", follow=True))
        assert str(step.title) in page.text
        assert f"step {number + 1} of 3" in page.text
        [link] = page.root.xpath("//section[@id='tour']//a/@href")
        assert browser.get(link).status_code == 200


def test_it_begins_by_itself_until_the_person_has_ended_it(world: Platform, operator: Operator) -> None:
    login = LOGINS[Role.CUSTOMER]
    assert step_on(signed_in(*login)) == "Find anything"
    browser = signed_in(*login)
    browser.post(TOUR, {"step": "end"})
    assert step_on(browser) == ""
    assert step_on(signed_in(*login)) == ""
    assert step_on(signed_in(*LOGINS[Role.RESELLER])) == "Find anything"


def test_it_is_started_again_under_help(world: Platform, operator: Operator) -> None:
    browser = signed_in(*LOGINS[Role.OPERATOR])
    browser.post(TOUR, {"step": "end"})
    [form] = Page(browser.get("/help/")).root.xpath("//form[@action=$url]", url=TOUR)
    browser.post(TOUR, {button.get("name"): button.get("value") for button in form.iter("button")})
    assert step_on(browser) == "Find anything"


@pytest.mark.parametrize("wrong", ["", "3", "-1", "x" * 999, "٢", "1.0"])
def test_a_step_that_does_not_exist_changes_nothing(world: Platform, operator: Operator, wrong: str) -> None:
    browser = signed_in(*LOGINS[Role.OPERATOR])
    browser.post(TOUR, {"step": 1})
    assert browser.post(TOUR, {"step": wrong}).status_code == 302
    assert step_on(browser) == "See what others see"
