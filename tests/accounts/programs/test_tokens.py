"""The page of the tokens with which programs work with an account."""

from __future__ import annotations

from django.test import Client

from portal.accounts.programs.models import ProgramToken
from portal.accounts.programs.tokens import MOST_TOKENS, make_token
from portal.journal.models import JournalEntry
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Platform

ADA = "ada@example.com"
URL = f"/accounts/{ADA}/programs/"


def add(client: Client, **values: str) -> str:
    answer = client.post(f"{URL}add/", {"name": "Blink", "current_password": ACCOUNT["password"], **values})
    assert answer.status_code == 302
    (shown,) = Page(client.get(URL)).root.xpath("//code[@id='token']")
    return str(shown.text)


def test_a_token_is_shown_once_and_works(people: dict[str, Client]) -> None:
    ada = people["subscriber"]
    token = add(ada)
    assert token not in ada.get(URL).content.decode()
    assert token not in repr(list(ProgramToken.objects.values_list()))
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/sip_settings.phtml", {"action": "get_identity"}, headers=headers).status_code == 200
    assert "addProgram" in str(list(JournalEntry.objects.values()))


def test_a_token_needs_the_current_password(people: dict[str, Client]) -> None:
    answer = people["subscriber"].post(f"{URL}add/", {"name": "Blink", "current_password": "wrong"})
    assert answer.status_code == 422
    assert not ProgramToken.objects.exists()


def test_staff_see_and_end_tokens_and_cannot_make_any(people: dict[str, Client]) -> None:
    token = add(people["subscriber"])
    assert people["customer"].post(f"{URL}add/", {"name": "mine"}).status_code == 404
    page = Page(people["customer"].get(URL))
    assert "Blink" in page.text
    pk = str(ProgramToken.objects.get().pk)
    assert people["another customer"].post(f"{URL}end/", {"token": pk}).status_code == 404
    assert people["customer"].post(f"{URL}end/", {"token": pk}).status_code == 302
    headers = {"Authorization": f"Bearer {token}"}
    assert Client().get("/sip_settings.phtml", {"action": "get_identity"}, headers=headers).status_code == 401


def test_an_account_has_a_limited_number_of_tokens(people: dict[str, Client], world: Platform) -> None:
    for number in range(MOST_TOKENS - 1):
        make_token("", world.account(), f"program {number}")
    add(people["subscriber"])
    assert people["subscriber"].post(f"{URL}add/", {"name": "another"}).status_code == 422
