"""Import and export of contacts: what is read, what is skipped and why, and that every partial result is reported."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.contacts.cards import read_cards, write_cards
from portal.accounts.contacts.files import UnreadableContacts, read_contacts
from portal.accounts.contacts.services import CHUNK
from portal.ngnpro.records import PhonebookEntry, SipId
from portal.people.operators.models import Operator
from tests.support.pages import Page
from tests.support.portal import PASSWORD, Platform, signed_in

ADA = "ada@example.com"
SIP_ID = SipId.parse(ADA)
URL = f"/accounts/{ADA}/contacts/"

OLD_PHONE = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=BC=
ller
TEL;CELL:+49 170 1234567
TEL;WORK:+49 30 123456
END:VCARD
"""
CARD = """BEGIN:VCARD
VERSION:3.0
FN:Ben\\, the Baker
item1.TEL;TYPE=CELL:+31 20 1234567
IMPP;X-SERVICE-TYPE=SIP:sip:ben@example.com
IMPP:xmpp:ben@chat.example
CATEGORIES:Friends,Bakers
END:VCARD
"""
BROKEN = "BEGIN:VCARD\nVERSION:3.0\nFN:Broken\nrubbish line\nEND:VCARD\n"
FAX = "BEGIN:VCARD\nVERSION:3.0\nFN:No number\nEMAIL:x@example.com\nEND:VCARD\n"


@pytest.fixture
def ada(platform: Platform) -> Platform:
    platform.add_domain()
    platform.add_account(ADA)
    return platform


def upload(browser: Client, data: bytes | str, name: str = "contacts.csv") -> Page:
    content = data.encode() if isinstance(data, str) else data
    return Page(browser.post(f"{URL}import/", {"file": SimpleUploadedFile(name, content)}))


def confirm(browser: Client, page: Page) -> Page:
    return Page(browser.post(f"{URL}import/", {"contacts": page.value_of("contacts")}, follow=True))


def stored(platform: Platform) -> dict[str, tuple[str, str]]:
    entries = platform.ngnpro.sip.get_phonebook_entries(SIP_ID).entries
    return {entry.uri: (entry.name, entry.group) for entry in entries}


def found(data: str) -> list[tuple[str, str, str]]:
    return [(one.address, one.name, one.group) for one in read_contacts(data.encode()).candidates]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("address,name,group\nben@x.org,Ben,vip\n", [("ben@x.org", "Ben", "vip")]),
        ("+3120123,Ben\n+3120124,Cleo\n", [("+3120123", "Ben", ""), ("+3120124", "Cleo", "")]),
        ("Name;Telephone;Group\r\nBen;020 123;\r\n", [("020 123", "Ben", "")]),
        ("First Name\tLast Name\tMobile Phone\tHome Phone\nBen\tStone\t06 1\t\n", [("06 1", "Ben Stone", "")]),
        (
            'Name,Phone 1 - Value,Phone 2 - Value\n"Stone, Ben",+31 1,+31 2\n',
            [("+31 1", "Stone, Ben", ""), ("+31 2", "Stone, Ben", "")],
        ),
        ("address,name\n'+31201,'=x\n", [("+31201", "=x", "")]),
        (
            CARD,
            [
                ("sip:ben@example.com", "Ben, the Baker", "Friends,Bakers"),
                ("+31 20 1234567", "Ben, the Baker", "Friends,Bakers"),
            ],
        ),
        (OLD_PHONE, [("+49 170 1234567", "Jörg Müller", ""), ("+49 30 123456", "Jörg Müller", "")]),
    ],
)
def test_tables_and_cards_are_read_as_address_books_write_them(data: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(data) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_are_read_in_the_encodings_that_programs_write(encoding: str) -> None:
    assert read_contacts("address,name\nben@x.org,Jörg\n".encode(encoding)).candidates[0].name == "Jörg"


def test_a_broken_card_costs_no_other_and_says_where_it_is() -> None:
    result = read_cards(CARD + BROKEN + FAX + OLD_PHONE)
    assert len(result.candidates) == 4
    assert [(problem.line, problem.text) for problem in result.problems] == [(9, "FN:Broken"), (14, "FN:No number")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no contact"),
        (b"\n\n", "no contact"),
        (b"\x89PNG\x00\x00", "not a text file"),
        (b"colour,shape\nred,round\n", "has to name the columns"),
        (b"address,name\n" + b",x\n" * 600, "600 lines of this file have no number"),
        (b"address\n" + b"".join(b"%d@x.org\n" % n for n in range(501)), "501 contacts"),
    ],
)
def test_a_file_without_contacts_is_explained(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableContacts, match=reason):
        read_contacts(data)


def test_a_card_without_an_end_is_named_and_costs_no_other() -> None:
    result = read_cards(f"BEGIN:VCARD\nFN:never ends\n{CARD}BEGIN:VCARD\nFN:cut off\n")
    assert [one.name for one in result.candidates] == ["Ben, the Baker"] * 2
    assert [(one.line, one.text, one.reason) for one in result.problems] == [
        (1, "FN:never ends", "This card is not complete: its END line is missing."),
        (11, "FN:cut off", "This card is not complete: its END line is missing."),
    ]


PICTURE = """BEGIN:VCARD
VERSION:2.1
FN:Cleo
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD
4AAQSkZJRgABAQAAAQABAAD
 QAAQSk==

TEL;TYPE="CELL,VOICE:x":+31
  201
NOTE;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:K=E4se=
TEL:hidden
END:VCARD
"""


def test_folded_lines_quoted_parameters_and_pictures_are_read_as_the_standards_say() -> None:
    assert found(PICTURE) == [("+31 201", "Cleo", "")]


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "utf-7", "zlib", "\\0", "x" * 5000])
def test_a_card_in_letters_that_no_address_book_writes_is_not_read(charset: str) -> None:
    card = f"BEGIN:VCARD\nFN;CHARSET={charset};ENCODING=QUOTED-PRINTABLE:a=41\nTEL:+31201\nEND:VCARD\n"
    assert [one.reason for one in read_cards(card).problems] == ["This card cannot be read."]


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=120),  # no NUL in XML
    st.from_regex(r"[a-z0-9+._-]{1,60}@example\.com", fullmatch=True),
)
def test_cards_are_read_back_as_they_were_written_in_lines_of_75_octets(name: str, uri: str) -> None:
    name = " ".join(name.replace("\r", " ").split()) or "x"
    written = "".join(write_cards([PhonebookEntry(uri=uri, name=name, group="vip")]))
    assert all(len(line.encode("utf-8", "replace")) <= 75 for line in written.split("\r\n"))
    assert [
        (one.address.removeprefix("sip:"), one.name, one.group) for one in read_contacts(written.encode()).candidates
    ][:1] == [(uri, name, "vip")]


@given(st.text(alphabet='BEGINVCARDFTL:;,=\\"\n \té+0123456789@.%', max_size=200))
def test_no_card_however_odd_breaks_the_reading(inside: str) -> None:
    read_cards(f"BEGIN:VCARD\n{inside}\nEND:VCARD\n{CARD}")


@given(st.binary(max_size=300))
def test_no_file_however_odd_breaks_the_reading(data: bytes) -> None:
    with contextlib.suppress(UnreadableContacts):
        read_contacts(data)


def test_a_preview_says_what_is_added_and_what_is_skipped_and_writes_nothing(browser: Client, ada: Platform) -> None:
    ada.ngnpro.sip.add_phonebook_entry(SIP_ID, PhonebookEntry(uri="sip:known@example.com", name="Known"))
    data = "address,name,group\nben,Ben,VIP\nknown@example.com,Known\nBEN@example.com,Again\n"
    data += ",Nobody\na b,Wrong\ncleo,Cleo,chess\n"
    page = upload(browser, data)
    assert "2 contacts will be added" in page.text
    assert "4 are skipped" in page.text
    skipped = [row for row in page.rows() if row and row[0].isdecimal()]
    assert [(row[0], row[2]) for row in skipped] == [
        ("3", "It is already a contact."),
        ("4", "It is in this file twice; the first one is used."),
        ("5", "The number or address is missing."),
        ("6", "“a b” is neither a number nor an address like user@example.com."),
    ]
    assert "Line 7, Cleo cleo: There is no group “chess”. It is added without group." in page.text
    assert list(stored(ada)) == ["sip:known@example.com"]
    done = confirm(browser, page)
    assert "2 contacts were added." in done.text
    assert stored(ada) == {
        "ben@example.com": ("Ben", "vip"),
        "cleo@example.com": ("Cleo", ""),
        "sip:known@example.com": ("Known", ""),
    }


def test_contacts_of_a_card_file_are_imported(browser: Client, ada: Platform) -> None:
    confirm(browser, upload(browser, CARD, "ben.vcf"))
    assert stored(ada) == {
        "ben@example.com": ("Ben, the Baker", "friends"),
        "+31201234567@example.com": ("Ben, the Baker", "friends"),
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"", "This file is empty"), (b"x" * (512 * 1024 + 1), "larger than 512 kB"), (b"a,b\nc,d\n", "name the columns")],
)
def test_a_file_that_cannot_be_used_is_explained_beside_its_field(
    browser: Client, ada: Platform, data: bytes, reason: str
) -> None:
    answer = browser.post(f"{URL}import/", {"file": SimpleUploadedFile("x.csv", data)})
    assert answer.status_code == 422
    assert reason in Page(answer).text
    assert "Choose a file first." in Page(browser.post(f"{URL}import/", {})).text


def test_refusals_of_ngnpro_are_shown_line_by_line(browser: Client, ada: Platform) -> None:
    page = upload(browser, "address,name\nben,Ben\ncleo,Cleo\n")
    ada.ngnpro.sip.add_phonebook_entry(SIP_ID, PhonebookEntry(uri="ben@example.com", name="Meanwhile"))
    done = confirm(browser, page)
    assert "Not everything was added" in done.text
    assert "1 contact was added." in done.text
    assert "ben@example.com Ben: The phonebook contains this address already." in done.text
    assert stored(ada)["cleo@example.com"] == ("Cleo", "")


def test_an_outage_during_an_import_says_what_is_left_and_the_rest_can_be_added(browser: Client, ada: Platform) -> None:
    page = upload(browser, "address\n1@example.com\n2@example.com\n3@example.com\n")
    ada.run_after("addPhonebookEntry", ada.cut)
    answer = browser.post(f"{URL}import/", {"contacts": page.value_of("contacts")})
    assert answer.status_code == 503
    broken = Page(answer)
    assert "1 contact was added." in broken.text
    assert "2 contacts were not added." in broken.text
    ada.mend()
    done = confirm(browser, broken)
    assert "2 contacts were added." in done.text
    assert len(stored(ada)) == 3


def test_a_preview_of_another_viewer_or_account_counts_for_nothing(browser: Client, ada: Platform) -> None:
    ada.add_account("bob@example.com")
    packed = upload(browser, "ben@example.com,Ben\n").value_of("contacts")
    Operator.objects.create_user("other", PASSWORD)
    other = signed_in("other", PASSWORD)
    for who, url in ((other, URL), (browser, "/accounts/bob@example.com/contacts/")):
        answer = who.post(f"{url}import/", {"contacts": packed})
        assert answer.status_code == 422
        assert "This preview is too old. Choose the file again. Nothing was added." in Page(answer).text
    assert browser.post(f"{URL}import/", {"contacts": packed + "x"}).status_code == 422
    assert stored(ada) == {}


def fill(platform: Platform) -> dict[str, tuple[str, str]]:
    for uri, name, group in (
        ("+31201234567@example.com", "=Harbour; Clinic", "business"),
        ("sip:ben@example.com", 'Jörg "J" O\'Brien, Ltd', ""),
        ("0031%@example.com", "", "vip"),
    ):
        platform.ngnpro.sip.add_phonebook_entry(SIP_ID, PhonebookEntry(uri=uri, name=name, group=group))
    return {uri.removeprefix("sip:"): value for uri, value in stored(platform).items()}


def test_the_spreadsheet_comes_back_as_it_went(browser: Client, ada: Platform) -> None:
    before = fill(ada)
    data = browser.get(f"{URL}export/").getvalue()
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == ["address", "name", "group"]
    assert "'=Harbour; Clinic" in {row[1] for row in rows}
    for uri in stored(ada):
        ada.ngnpro.sip.delete_phonebook_entry(SIP_ID, uri)
    confirm(browser, upload(browser, data))
    assert stored(ada) == before


def test_cards_come_back_as_they_went_but_for_names_that_were_not_there(browser: Client, ada: Platform) -> None:
    before = fill(ada) | {"0031%@example.com": ("0031%@example.com", "vip")}
    answer = browser.get(f"{URL}export/?format=vcard")
    assert answer.headers["Content-Type"] == "text/vcard; charset=utf-8"
    assert 'filename="contacts-ada@example.com' in answer.headers["Content-Disposition"]
    data = answer.getvalue()
    assert data.count(b"BEGIN:VCARD") == 3
    for uri in stored(ada):
        ada.ngnpro.sip.delete_phonebook_entry(SIP_ID, uri)
    confirm(browser, upload(browser, data, "x.vcf"))
    assert stored(ada) == before


def test_the_export_is_what_the_filter_finds(browser: Client, ada: Platform) -> None:
    fill(ada)
    sip_id = {"username": "ada", "domain": "example.com"}
    ada.add_many(
        "Sip",
        "addPhonebookEntry",
        ({"sipId": sip_id, "entry": {"uri": f"sip:{row}@example.com", "name": f"No. {row}"}} for row in range(CHUNK)),
    )
    for query, lines in (("", 4 + CHUNK), ("?name=clinic", 2), ("?group=vip", 2)):
        assert len(browser.get(f"{URL}export/{query}").getvalue().splitlines()) == lines
    assert browser.get(f"{URL}export/?group=nonsense").status_code == 302


def test_during_an_outage_an_export_is_a_page_and_no_file(browser: Client, ada: Platform) -> None:
    fill(ada)
    browser.get(URL)
    ada.cut()
    for query in ("", "?format=vcard"):
        assert browser.get(f"{URL}export/{query}").status_code == 503
