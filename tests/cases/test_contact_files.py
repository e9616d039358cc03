"""Lists of contacts as Excel, Outlook, Google and phones write them."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook

from portal.accounts.contacts.files import UnreadableContacts, read_contacts

OUTLOOK = (
    '"Title","First Name","Last Name","Company","Business Phone","Business Phone 2","Mobile Phone","E-mail Address"\n'
)
GERMAN = '"Vorname";"Nachname";"Telefon geschäftlich";"Mobiltelefon"\n'
GOOGLE = "Name,Given Name,Family Name,Group Membership,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n"
SNOM = '"Name","Number","Contact Type","First Name","Family Name","Group"\n'


def found(text: str, encoding: str = "utf-8") -> list[tuple[str, str, str]]:
    return [(one.address, one.name, one.group) for one in read_contacts(text.encode(encoding)).candidates]


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("Adresse;Name;Gruppe\n+49 30 901820;Ada König;Büro\n", "utf-8-sig", [("+49 30 901820", "Ada König", "Büro")]),
        ("sep=;\naddress;name;group\n+4930901820;Ada;\n", "utf-8", [("+4930901820", "Ada", "")]),
        ("address\tname\tgroup\n+4930901820\tAda König\t\n", "utf-16", [("+4930901820", "Ada König", "")]),
        (
            OUTLOOK + '"","Jürgen","Groß","Acme, Inc.","+49 30 901820","","+49 171 0000001","j@example.com"\n',
            "cp1252",
            [("+49 30 901820", "Jürgen Groß", ""), ("+49 171 0000001", "Jürgen Groß", "")],
        ),
        (
            '"FirstName","LastName","BusinessPhone","MobilePhone"\n"Jo","Li","+4930901820","+491710000001"\n',
            "utf-8",
            [("+4930901820", "Jo Li", ""), ("+491710000001", "Jo Li", "")],
        ),
        (
            GERMAN + '"Jürgen";"Groß";"+49 30 901820";"+49 171 0000001"\n',
            "cp1252",
            [("+49 30 901820", "Jürgen Groß", ""), ("+49 171 0000001", "Jürgen Groß", "")],
        ),
        (
            GOOGLE + "Ada King,Ada,King,* My Contacts ::: Büro,Mobile,+49 171 1 ::: +49 171 2,Work,+49 30 901820\n",
            "utf-8",
            [(number, "Ada King", "Büro") for number in ("+49 171 1", "+49 171 2", "+49 30 901820")],
        ),
        (
            SNOM + '"Max Muster","0123456789","none","Max","Muster","colleagues"\n',
            "utf-8",
            [("0123456789", "Max Muster", "colleagues")],
        ),
        (
            'name;phone;note, with, commas, in, it\nKing, Ada;+4930901820;"a; b"\n',
            "utf-8",
            [("+4930901820", "King, Ada", "")],
        ),
        (
            "address,name\r+4930901820,Ada\r+4930901821,Bo\r",
            "utf-8",
            [("+4930901820", "Ada", ""), ("+4930901821", "Bo", "")],
        ),
        (
            'address,name\n+4930901820,"Ada\nKing"\n+4930901821,Bo\n',
            "utf-8",
            [("+4930901820", "Ada King", ""), ("+4930901821", "Bo", "")],
        ),
        (
            "phone,name,phone,name\n+4930901820,Ada,+4930901821,Bo\n",
            "utf-8",
            [("+4930901820", "Ada", ""), ("+4930901821", "Bo", "")],
        ),
        ("address,name\n+4930901820,J\u00fcrgen\n", "mac_roman", [("+4930901820", "J\u00fcrgen", "")]),
        ("address,name\r+4930901820,Ren\u00e9\r", "mac_roman", [("+4930901820", "Ren\u00e9", "")]),
        ("address;name\r\n+4930901820;M\u00fcller\r\n", "cp850", [("+4930901820", "M\u00fcller", "")]),
        ("address;name\r\n+4930901820;O\u2019Neill\r\n", "cp1252", [("+4930901820", "O\u2019Neill", "")]),
        (
            "address,name\n" + "1234,Ada\n" * 3 + " " * 70_000 + "\n+4930901820,J\u00fcrgen\n",
            "cp1252",
            [("1234", "Ada", "")] * 3 + [("+4930901820", "J\u00fcrgen", "")],
        ),
        ("address,name\n+4930901820,Ada\n\n,\n" + "," * 60_000 + "\n", "utf-8", [("+4930901820", "Ada", "")]),
        ("address,name\n+4930901820,Ada\n;;;\n   \n\u00a0,\n\x1a", "utf-8", [("+4930901820", "Ada", "")]),
    ],
)
def test_each_number_is_a_contact(text: str, encoding: str, expected: list[tuple[str, str, str]]) -> None:
    assert found(text, encoding) == expected


def test_a_workbook_is_read_like_a_text() -> None:
    book, file = Workbook(), io.BytesIO()
    for row in (("Name", "Mobile Phone"), ("Ada", "+49 171 1")):
        book.active.append(row)
    book.save(file)
    assert [one.address for one in read_contacts(file.getvalue()).candidates] == ["+49 171 1"]


@pytest.mark.parametrize(
    "text", ["address,name\n+4930901820,A\x00da\n", "Farbe;Form\nrot;rund\n", "address,name,group\n"]
)
def test_what_is_no_list_of_contacts_is_refused(text: str) -> None:
    with pytest.raises(UnreadableContacts):
        read_contacts(text.encode())


def test_an_open_quotation_mark_is_told_by_its_line_and_how_far_it_goes() -> None:
    text = 'name,phone\n"Ada ""the Countess"" King",+4930901820\n"open quote,+4930901821\nBo,+4930901822\n'
    with pytest.raises(UnreadableContacts, match="Line 3 has a quotation mark that is open until line 4"):
        read_contacts(text.encode())


ADA = [("+49 30 901820", "Ada King", "")]
CARDS: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    "2.1 with quoted-printable": (
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ada=20=\r\n=4B=C3=B6nig\r\nTEL;CELL:+49 30 901820\r\n",
        "utf-8",
        [("+49 30 901820", "Ada König", "")],
    ),
    "2.1 in Latin 1": (
        "VERSION:2.1\nFN;CHARSET=ISO-8859-1:J\u00fcrgen\nTEL;HOME:+49 30 901820\n",
        "latin-1",
        [("+49 30 901820", "J\u00fcrgen", "")],
    ),
    "2.1 of Japan": (
        "VERSION:2.1\nFN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=93=8C=8B=9E\nTEL:+49 30 901820\n",
        "utf-8",
        [("+49 30 901820", "\u6771\u4eac", "")],
    ),
    "2.1 with an agent": (
        "FN:Ada King\nTEL:+49 30 901820\nAGENT:\nBEGIN:VCARD\nFN:Agent\nTEL:+49 30 1\nEND:VCARD\n",
        "utf-8",
        ADA,
    ),
    "of Android, with a label of its own": (
        "FN:Ada King\nTEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=42=C3=BC):+49 30 901820\n",
        "utf-8",
        ADA,
    ),
    "of an iPhone": (
        "VERSION:3.0\nN:King;Ada;;;\nFN:Ada King\nitem1.TEL;type=pref:+49 30 901820\nitem1.X-ABLabel:_$!<Mobile>!$_\n"
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\n SkZJRg\n",
        "utf-8",
        ADA,
    ),
    "4.0 with addresses": (
        'VERSION:4.0\nFN:Ada King\nTEL;VALUE=uri;TYPE="voice,home":tel:+49-30-901820\nIMPP:xmpp:ada@x.example\n',
        "utf-8",
        [("tel:+49-30-901820", "Ada King", "")],
    ),
    "folded": ("FN:Ada\n  King\nTEL;TYPE=WORK:+49 30\n  901820\n", "utf-8", ADA),
    "in UTF-16": ("FN:Ada King\nTEL:+49 30 901820\n", "utf-16", ADA),
    "with a mark": ("FN:Ada King\nTEL:+49 30 901820\n", "utf-8-sig", ADA),
    "with old line ends": ("FN:Ada King\rTEL:+49 30 901820\r", "utf-8", ADA),
    "of a company": ("N:;;;;\nFN:\nORG:Acme Inc.;\nTEL:+49 30 901820\n", "utf-8", [("+49 30 901820", "Acme Inc.", "")]),
    "with a line break in the name": ("FN:Ada\\nKing\nTEL:+49 30 901820\n", "utf-8", ADA),
    "with its name in Base64": ("FN;ENCODING=b:QWRhIEtpbmc=\nTEL:+49 30 901820\n", "utf-8", ADA),
}


@pytest.mark.parametrize(("text", "encoding", "expected"), CARDS.values(), ids=CARDS)
def test_a_card_of_every_program_is_a_contact(text: str, encoding: str, expected: list[tuple[str, str, str]]) -> None:
    end = "\r" if text.endswith("\r") else "\n"
    assert found(f" BEGIN:VCARD {end}{text}END:VCARD {end}".lstrip(), encoding) == expected


def test_a_card_or_row_in_another_encoding_costs_no_other() -> None:
    card = "BEGIN:VCARD\nFN:{}\nTEL:+49 30 {}\nEND:VCARD\n"
    cards = (card.format("J\u00fcrgen", 1) * 2).encode() + card.format("R\u00fcdiger", 3).encode("cp1252")
    rows = "name,phone\nJ\u00fcrgen,+49301\nAn\u00e4,+49302\n".encode() + "R\u00fcdiger,+49303\n".encode("cp1252")
    for data, line in ((cards, 9), (rows, 4)):
        read = read_contacts(data)
        assert len(read.candidates) == 2
        assert [(one.line, "another encoding" in one.reason) for one in read.problems] == [(line, True)]


def test_a_bad_card_costs_one_card_and_is_told_by_its_line() -> None:
    good = "BEGIN:VCARD\nFN:{}\nTEL:+49 30 {}\nEND:VCARD\n"
    bad = "BEGIN:VCARD\nFN:Bad\nno value here\nTEL:+49 30 2\nEND:VCARD\n"
    cut = "BEGIN:VCARD\nFN:Cut\nTEL:+49 30 3\n"
    read = read_contacts((good.format("A", 1) + bad + cut + good.format("B", 4)).encode())
    assert [one.name for one in read.candidates] == ["A", "B"]
    assert [(one.line, one.text) for one in read.problems] == [(5, "FN:Bad"), (10, "FN:Cut")]
