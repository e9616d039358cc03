"""Passwords are opaque: on every door the same characters are hashed, stored and told."""

from __future__ import annotations

import csv
import hashlib
import io
import unicodedata
from dataclasses import replace
from typing import Any

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from ngnpro_server.config import Platform as PlatformSection
from portal.jobs.models import Job
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.letters import services as letters
from portal.mail.outbox.models import OutboxMessage
from portal.mail.text.composing import compose_mail
from portal.ngnpro import Ngnpro, errors
from portal.ngnpro.command_line import run_operation
from portal.ngnpro.engines import Credentials
from portal.ngnpro.records import SipAccount, SipId
from tests.support.jobs import do, worked
from tests.support.pages import Page
from tests.support.portal import ACCOUNT, Platform, platform  # noqa: F401 - instead of the one without a portal
from tests.support.server import make_server

PASSWORDS = (
    "a&b<c>d\"e'f;g",
    "100%25%s{0}{{x}}${y}",
    "pa$$word$1",
    "§ärger-ÖÜ€",
    "😀emoji😀",
    " lead-and-trail ",
    "\u00a0no-break space\u00a0",
    "\u3000wide blank ends\u3000",
    "double  space",
    "=3D=20equals.",
    ".dot",
    "colon:in:it",
    "SIP password: in it",
    "back\\slash\\n",
    "".join(chr(33 + place * 37 % 89) for place in range(100)),
    "0x1F",
    "\u2019quote\u201d",
    "'=1+1",
    '="00123"',
    "@at, comma; semicolon",
    "https://portal.example/",
    "\u200bzero\u200b",
)
DECOMPOSED = "Cafe\u0301 pour l'e\u0301te\u0301"
ADDRESS = SipId.parse("alice@cases.example")


def digests(password: str, username: str) -> tuple[str, str]:
    """Return ha1 and ha1b as a phone counts them from the password in normalization form C."""
    secret = f"cases.example:{unicodedata.normalize('NFC', password)}"
    texts = (f"{username}:{secret}", f"{username}@cases.example:{secret}")
    ha1, ha1b = (hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts)
    return ha1, ha1b


@pytest.fixture
def cases(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Platform:  # noqa: F811 - the imported one
    """A platform that stores clear text passwords, so that all that is told can be compared."""
    clear = make_server(tmp_path_factory.mktemp("clear"), platform=PlatformSection(store_clear_text_passwords=True))
    platform.adapter.app = clear.app
    platform.add_domain("cases.example")
    return platform


def hard_to_guess(password: str) -> str:
    """Return a password that the policy accepts, with the same beginning and end."""
    return f"{password[:-1]}Qv7!xK2 blue{password[-1]}"


def check_stored(cases: Platform, password: str, username: str = "alice") -> None:
    account = cases.ngnpro.sip.get_account(SipId.parse(f"{username}@cases.example"))
    normal = unicodedata.normalize("NFC", password)
    assert (account.ha1, account.ha1b, account.password) == (*digests(password, username), normal)


def add_alice(cases: Platform, password: str) -> None:
    cases.ngnpro.sip.add_account(SipAccount(id=ADDRESS, email="a@cases.example", **ACCOUNT | {"password": password}))


def set_password(cases: Platform, password: str) -> SipAccount:
    return cases.ngnpro.sip.update_account(replace(cases.ngnpro.sip.get_account(ADDRESS), password=password))


def test_soap_and_the_command_line_store_what_was_sent(cases: Platform) -> None:
    add_alice(cases, "another")
    for password in (*PASSWORDS, DECOMPOSED):
        set_password(cases, password)
        check_stored(cases, password)
        set_password(cases, "another")
        words = ["id.username=alice", "id.domain=cases.example", f"password={password}"]
        streams: dict[str, Any] = {"stdin": io.StringIO(), "stdout": io.StringIO(), "stderr": io.StringIO()}
        assert run_operation(cases.ngnpro, "Sip.updateAccount", words, **streams) == 0, streams["stderr"].getvalue()
        check_stored(cases, password)


def test_mail_and_letter_tell_the_password_that_is_stored(cases: Platform) -> None:
    add_alice(cases, "another")
    for password in PASSWORDS:
        account = set_password(cases, password)
        mail = compose_mail(queue_account_information(str(ADDRESS), "a@mail.example", password=password, reseller=0))
        [line] = [line for line in str(mail.body).split("\n") if line.startswith("    SIP password:")]
        assert line.endswith(f" {password}")
        page = lxml.html.fromstring(str(mail.alternatives[0].content))
        [cell] = page.xpath("//th[.='SIP password']/following-sibling::td")
        assert cell.text_content() == password
        assert "white-space:pre-wrap" in cell.get("style")
        letter = letters.write_letter(account, "")
        [value] = [row.value for block in letter.body for row in block.rows if row.label == "SIP password"]
        assert value == password
        assert ("begins or ends with a space" in str(mail.body)) is (password != password.strip())


@pytest.mark.parametrize("password", [" a&b<c>\"'", "\u00a0$$1{{x}}%s\u3000", "😀\\n double  space 😀", DECOMPOSED])
def test_the_form_stores_and_mails_what_was_typed(cases: Platform, browser: Client, password: str) -> None:
    password = hard_to_guess(password)
    filled = {"domain": "cases.example", "naming": "", "username": "alice", "first_name": "A", "last_name": "B"}
    more = {"email": "a@mail.example", "password": password, "send_information": "on"}
    answer = browser.post("/accounts/add/", Page(browser.get("/accounts/add/")).form_data() | filled | more)
    assert answer.status_code == 302, Page(answer).text
    check_stored(cases, password)
    mail = compose_mail(OutboxMessage.objects.get(kind="account-information"))
    assert f" {unicodedata.normalize('NFC', password)}\n" in str(mail.body)


def file_of(kind: str, rows: list[list[str]]) -> SimpleUploadedFile:
    if kind == "csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return SimpleUploadedFile("list.csv", text.getvalue().encode())
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for row in book.active.iter_rows(min_row=2):
        for cell in row:
            cell.data_type = "s"
    book.save(data)
    return SimpleUploadedFile("list.xlsx", data.getvalue())


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_spreadsheet_gives_the_passwords_of_its_cells(cases: Platform, browser: Client, kind: str) -> None:
    wanted = {f"one{place}": hard_to_guess(one) for place, one in enumerate((*PASSWORDS, DECOMPOSED))}
    wanted["formula"] = '="Qv7!xK2 blue 00123"'
    rows = [[f"{name}@cases.example", one, "Al", "Ba", "a@m.example", "UTC"] for name, one in wanted.items()]
    job = imported(browser, file_of(kind, [["id", "password", "firstName", "lastName", "email", "timezone"], *rows]))
    assert set(job.rows.values_list("reason", flat=True)) == {""}
    do(browser, job, "apply")
    for name, password in wanted.items():
        check_stored(cases, password, name)


def reasons(job: Job) -> dict[int, str]:
    return dict(job.rows.values_list("line", "reason"))


def imported(browser: Client, file: SimpleUploadedFile) -> Job:
    answer = browser.post("/jobs/import/account/", {"file": file, "mode": "add"})
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))


def test_rows_that_the_portal_wrote_are_read_as_they_were(cases: Platform, browser: Client) -> None:
    password = "=Qv7!xK2 blue 00123"
    data = f'id,password,quota\n{ADDRESS},"{password}",many\n'.encode()
    job = imported(browser, SimpleUploadedFile("a.csv", data))
    failed = b"".join(browser.get(f"/jobs/{job.pk}/rows/?rows=conflict").streaming_content)  # type: ignore[arg-type]
    written = failed.decode("utf-8-sig")
    assert f"'{password}" in written
    names = '"password","firstName","lastName","email","timezone"'
    mended = written.replace('"password","quota"', names).replace('"many"', '"Al","Ba","a@m.example","UTC"')
    job = imported(browser, SimpleUploadedFile("b.csv", mended.encode()))
    assert reasons(job) == {2: ""}, mended
    do(browser, job, "apply")
    check_stored(cases, password)


@pytest.mark.parametrize("wrong", ["line\nbreak-in-it", "tab\tin-the-middle", "para\u2029graph", "c1\u0085control"])
def test_line_breaks_and_control_characters_are_refused_by_soap(cases: Platform, wrong: str) -> None:
    with pytest.raises(errors.InvalidValue) as caught:
        add_alice(cases, wrong)
    assert caught.value.field == "password"


def test_a_customers_password_opens_in_both_spellings(cases: Platform) -> None:
    added = cases.add_customer(password=DECOMPOSED)
    assert cases.ngnpro.customers.get_account(added.id).password == unicodedata.normalize("NFC", DECOMPOSED)
    for spelling in (DECOMPOSED, unicodedata.normalize("NFC", DECOMPOSED)):
        login = Credentials(added.username, spelling, admin=False)
        assert Ngnpro(cases.ngnpro.gate.engine, login).customers.get_account(added.id).id == added.id
