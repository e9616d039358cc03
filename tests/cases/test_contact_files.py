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
            [("+4930901820", "Ada", ""), ("+4930901821", "Ada", "")],
        ),
        ("address,name\n+4930901820,Ada\n\n,\n" + "," * 60_000 + "\n", "utf-8", [("+4930901820", "Ada", "")]),
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
