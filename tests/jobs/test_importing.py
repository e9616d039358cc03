"""Spreadsheets as plans: how files are read, what each row asks for, and exported lists that are imported again."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from portal.core.rooms import resources
from portal.core.sheet_files import UnreadableFile, cell_text, read_sheet, typed_text
from portal.jobs.choices import JobState
from portal.jobs.columns import columns_of
from portal.jobs.models import Job
from portal.ngnpro import Query
from portal.ngnpro.records import AclEntry, CustomerProperty, SipAccountProperty
from tests.support.jobs import do, states, worked
from tests.support.pages import Page
from tests.support.portal import Platform

ADA, BOB, EVE = "ada@example.com", "bob@example.com", "eve@example.com"


def upload(browser: Client, kind: str, content: bytes | str, mode: str = "update", name: str = "list.csv") -> Job:
    data = content if isinstance(content, bytes) else content.encode()
    answer = browser.post(f"/jobs/import/{kind}/", {"file": SimpleUploadedFile(name, data), "mode": mode})
    assert answer.status_code == 302, answer.content.decode()
    return worked(Job.objects.get(pk=answer.headers["Location"].strip("/").rpartition("/")[2]))


def reasons(job: Job) -> dict[int, str]:
    return dict(job.rows.exclude(reason="").order_by("position").values_list("line", "reason"))


@pytest.mark.parametrize(
    ("data", "encoding", "separator"),
    [
        (b"id,quota\na@b.c,1\n", "utf-8", ","),
        (b"id;quota\r\na@b.c;1\r\n", "utf-8", ";"),
        (b"sep=|\nid|quota\na@b.c|1\n", "utf-8", "|"),
        (b"\xef\xbb\xbfid\tquota\na@b.c\t1\n", "utf-8-sig", "\t"),
        ("id;quota\na@b.c;1\n".encode("utf-16"), "utf-16", ";"),
        ("id;name\na@b.c;Zoë\n".encode("cp1252"), "cp1252", ";"),
        ("id\tquota\r\na@b.c\t1\r\n".encode("utf-16-le"), "utf-16-le", "\t"),
        ("id;quota\na@b.c;1\n".encode("utf-16-be"), "utf-16-be", ";"),
    ],
)
def test_encoding_and_separator_are_found(data: bytes, encoding: str, separator: str) -> None:
    sheet = read_sheet(io.BytesIO(data))
    assert (sheet.encoding, sheet.separator) == (encoding, separator)
    rows = [row for _line, row in sheet.rows]
    assert rows[0][0] == "id"
    assert rows[1] in (["a@b.c", "1"], ["a@b.c", "Zoë"])


def test_blank_rows_count_as_lines_and_do_no_harm() -> None:
    sheet = read_sheet(io.BytesIO(b"id,quota\n\n , \na@b.c,1\n"))
    assert list(sheet.rows) == [(1, ["id", "quota"]), (4, ["a@b.c", "1"])]


def test_a_quotation_mark_that_is_not_closed_is_named_by_its_line() -> None:
    with pytest.raises(UnreadableFile, match="Line 3 has a quotation mark that is open until line 4"):
        list(read_sheet(io.BytesIO(b'id,quota\na@b.c,1\n"d@b.c,1\ne@b.c,2\n')).rows)


def test_a_row_with_more_cells_than_headings_is_a_conflict(harbour: Platform, browser: Client) -> None:
    job = upload(browser, "account", f"id,lastName\n{ADA},King, Ada\n{BOB},B,,\n")
    assert reasons(job) == {2: "The row has more cells than the headings. Quote texts that contain the separator."}


def test_numbers_are_read_as_people_and_excel_write_them(harbour: Platform, browser: Client) -> None:
    rows = '"+31 (0)20 800 5171"\n"=""+31208005172"""\n0031-20-8005173\n31208005174.0\n3.12E+10\n'
    job = upload(browser, "number", "number,mappings\n" + rows.replace("\n", ",sip sip:ada@example.com 5 3600\n"))
    assert list(job.rows.order_by("position").values_list("key", flat=True))[:3] == [
        f"3120800517{end}@e164.arpa" for end in (1, 2, 3)
    ]
    assert all("has rounded this number" in reasons(job)[line] for line in (5, 6))


def test_a_change_that_ngnpro_accepts_but_does_not_make_has_failed(world: Platform, browser: Client) -> None:
    (carrier,) = [one for one in world.ngnpro.sip.get_carriers() if one.name == "Meridian"]
    job = upload(browser, "carrier", f"id,reseller\n{carrier.id},Lindenfunk\n")
    assert states(job) == {str(carrier.id): "ready"}
    do(browser, job, "apply")
    assert states(job) == {str(carrier.id): "failed"}
    assert reasons(job) == {2: "NGNPro reported no error, but the record is as it was."}


def test_what_is_no_spreadsheet_is_refused(harbour: Platform, browser: Client) -> None:
    for data in (b"\x00\x01\x02", b"PK\x03\x04 and no more"):
        with pytest.raises(UnreadableFile):
            list(read_sheet(io.BytesIO(data)).rows)
        answer = browser.post("/jobs/import/account/", {"file": SimpleUploadedFile("x.csv", data), "mode": "add"})
        assert answer.status_code == 422
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (31208005169, "31208005169"),
        (4.93e18, "4.93E+18"),
        (2.5, "2.5"),
        (True, "1"),
        (None, ""),
        ("'=1+1", "=1+1"),
        ('="+31"', "+31"),
    ],
)
def test_cells_of_xlsx_files_are_read_as_they_were_typed(value: Any, text: str) -> None:
    assert typed_text(cell_text(value)) == text


def test_rows_add_and_change_and_say_why_they_cannot(harbour: Platform, browser: Client) -> None:
    job = upload(
        browser,
        "account",
        "id;firstName;lastName;email;timezone;quota;rpid\n"
        "new@example.com;Nell;New;nell@mail.example;Europe/Paris;25;\n"
        f"{ADA};Augusta;;;;;\n"
        f"{BOB};;;;;;4,93E+11\n"
        f"{EVE};Eve;;;;1.0;\n"
        f"{ADA};Ada;;;;;\n"
        "nobody;No;Body;no@mail.example;Europe/Paris;;\n",
    )
    assert list(job.rows.order_by("position").values_list("state", flat=True)) == [
        *("ready", "ready", "conflict", "conflict", "conflict", "conflict")
    ]
    assert reasons(job) == {
        4: "Caller-ID: a spreadsheet has rounded this number, “4,93E+11”. Format the column as text.",
        5: "Monthly quota: a spreadsheet has rounded this number, “1.0”. Format the column as text.",
        6: "Line 3 has the same record.",
        7: "Key: “nobody” cannot be read.",
    }
    do(browser, job, "apply")
    assert harbour.account("new@example.com").quota == 25
    assert harbour.account(ADA).first_name == "Augusta"
    assert harbour.account(ADA).last_name == "Byron"


def test_downloaded_rows_are_fixed_and_imported_again(harbour: Platform, browser: Client) -> None:
    job = upload(browser, "account", f"Key;Quota\n{ADA};25\n{BOB};many\n".replace("Quota", "quota"))
    do(browser, job, "apply")
    failed = b"".join(browser.get(f"/jobs/{job.pk}/rows/?rows=conflict").streaming_content)  # type: ignore[arg-type]
    [row] = list(csv.DictReader(io.StringIO(failed.decode("utf-8-sig"))))
    assert row["Key"] == BOB
    assert row["State"] == "Conflict"
    assert "many" in row["Reason"]

    again = upload(browser, "account", failed.decode().replace("many", "60").encode())
    do(browser, again, "apply")

    assert [harbour.account(address).quota for address in (ADA, BOB)] == [25, 60]


def test_columns_that_the_portal_does_not_know_are_chosen_once(harbour: Platform, browser: Client) -> None:
    text = f"Adresse;Limit\n{ADA};25\n"
    job = upload(browser, "account", text)
    assert job.state == JobState.MAPPING
    page = Page(browser.get(f"/jobs/{job.pk}/", follow=True))
    assert "Headings in line 1 · utf-8 · “;”" in page.text
    assert browser.post(f"/jobs/{job.pk}/columns/", {"column": ["", "quota"]}).status_code == 422
    browser.post(f"/jobs/{job.pk}/columns/", {"column": ["id", "quota"]})
    assert states(worked(job)) == {ADA: "ready"}
    assert upload(browser, "account", text).state == JobState.PLANNED


def test_records_that_exist_can_be_left_as_they_are(harbour: Platform, browser: Client) -> None:
    job = upload(browser, "account", f"id,quota\n{ADA},25\n", mode="add")
    assert states(job) == {ADA: "skipped"}


def test_a_file_can_change_one_column_by_the_key_and_add_nothing(harbour: Platform, browser: Client) -> None:
    job = upload(browser, "account", f"id,quota\n{ADA},25\nnew@example.com,30\n", mode="change")
    assert states(job) == {ADA: "ready", "new@example.com": "conflict"}
    assert reasons(job) == {3: "It does not exist, and the job adds nothing."}
    before = harbour.account()
    do(browser, job, "apply")
    after = harbour.account()
    assert after.quota == 25
    assert replace(after, quota=before.quota, change_date=before.change_date, source={}) == replace(before, source={})


def test_a_weak_password_is_refused_and_a_good_one_is_sealed(harbour: Platform, browser: Client) -> None:
    heading = "id,firstName,lastName,email,timezone,password\n"
    row = "{0}@example.com,N,N,n@mail.example,Europe/Paris,{1}\n"
    job = upload(browser, "account", heading + row.format("a", "123456") + row.format("b", "vX9-long-enough-77"))
    assert states(job) == {"a@example.com": "conflict", "b@example.com": "ready"}
    assert "vX9-long" not in str(list(job.rows.values()))
    do(browser, job, "apply")
    assert harbour.account("b@example.com").password in ("vX9-long-enough-77", "")


def everything(world: Platform) -> None:
    """Give records the values that are hard to write into a cell and to read back."""
    sip = world.ngnpro.sip
    sip.update_account(
        replace(
            world.account(),
            groups=("free-pstn", "sms"),
            acl=(AclEntry(ip="192.0.2.0", mask=24, tag="the office"),),
            properties=(
                SipAccountProperty(name="note", value='a; "b" = c'),
                SipAccountProperty(name="x", value="=1+1"),
            ),
            first_name="=1+1",
            last_name="'=1+1",
            rpid="+31201234567",
        )
    )
    customer = world.ngnpro.customers.find_account("harbour")
    assert customer is not None
    world.ngnpro.customers.set_properties(customer.id, [CustomerProperty(name="support_company", value="a; b")])


KINDS = {
    "customer": "/customers/all/",
    "domain": "/domains/",
    "account": "/accounts/",
    "alias": "/aliases/",
    "range": "/enum/ranges/",
    "number": "/enum/numbers/",
    "zone": "/dns/zones/",
    "dns-record": "/dns/records/",
    "dns-forward": "/dns/forwards/",
    "carrier": "/lcr/carriers/",
    "gateway": "/lcr/gateways/",
    "rule": "/lcr/rules/",
    "route": "/lcr/routes/",
    "peer": "/lcr/peers/",
}


def test_every_kind_of_record_that_can_be_imported_is_tested_here() -> None:
    assert set(KINDS) == {name for (name, part), one in resources().items() if not part and one.add and one.fetch}


def test_the_preview_shows_the_changes_in_the_order_of_the_columns(harbour: Platform, browser: Client) -> None:
    job = upload(browser, "account", f"timezone;id;quota;email\nEurope/Paris;{ADA};25;a@mail.example\n")
    (row,) = Page(browser.get(f"/jobs/{job.pk}/")).rows()
    labels = columns_of(resources()["account", ""])
    places = [row[3].index(labels[name]) for name in ("email", "timezone", "quota")]
    assert places == sorted(places), row[3]


@pytest.mark.parametrize("kind", KINDS)
def test_an_exported_list_that_is_imported_again_changes_nothing(
    world: Platform, people: dict[str, Client], kind: str
) -> None:
    everything(world)
    browser = people["operator"]
    for form in ("csv", "xlsx"):
        answer = browser.get(f"{KINDS[kind]}?as={form}")
        data = b"".join(answer.streaming_content)  # type: ignore[arg-type]
        job = upload(browser, kind, data, name=f"list.{form}")
        assert job.state == JobState.PLANNED, job.sheet
        assert job.rows.count() >= 2
        assert reasons(job) == dict.fromkeys(reasons(job), "Nothing to change."), form


def test_formulas_survive_an_xlsx_file_as_text(world: Platform, browser: Client) -> None:
    everything(world)
    data = b"".join(browser.get("/accounts/?as=xlsx").streaming_content)  # type: ignore[arg-type]
    sheet = load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    book = Workbook()
    book.active.append(["id", "firstName"])  # type: ignore[union-attr]
    book.active.append([ADA, "Augusta"])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    job = upload(browser, "account", file.getvalue(), name="list.xlsx")
    do(browser, job, "apply")
    assert world.account().first_name == "Augusta"


PEOPLE = "username;organization;firstName;lastName;email;timezone;reseller\n"


def person(username: str, organization: str, reseller: str) -> str:
    return f"{username};{organization};A;B;{username}@mail.example;Europe/Paris;{reseller}\n"


def test_the_reseller_of_a_customer_can_be_another_row_of_the_file_in_any_order(
    platform: Platform, browser: Client
) -> None:
    rows = [
        person("dock", "Dock", "Quay"),  # by organization, above its reseller
        person("quay", "Quay", "quay"),  # a reseller names itself
        person("pier", "Pier", "QUAY"),  # by username
        person("bank", "Bank", "Nobody"),
        person("hole", "Hole", "edge"),
        person("edge", "Edge", "hole"),  # a circle
    ]
    job = upload(browser, "customer", PEOPLE + "".join(rows))
    unknown = "Reseller: No customer has this name. Pick one from the list, or type the customer's number."
    first = "Reseller: “{}” is added first."
    assert reasons(job) == {2: first.format("Quay"), 4: first.format("QUAY"), 5: unknown, 6: unknown, 7: unknown}
    states = dict(job.rows.values_list("line", "state"))
    assert (states[2], states[3], states[4]) == ("waiting", "ready", "waiting")

    do(browser, job, "apply")

    found = {one.username: one for one in platform.ngnpro.customers.get_customers(Query())}
    assert found["quay"].is_reseller
    assert found["dock"].reseller == found["pier"].reseller == found["quay"].id
    assert "bank" not in found

    again = upload(browser, "customer", PEOPLE + "".join(rows[:3]))
    assert set(reasons(again).values()) == {"Nothing to change."}
    changed = upload(browser, "customer", PEOPLE + person("dock", "Dock", "bay") + person("bay", "Bay", "bay"))
    do(browser, changed, "apply")
    found = {one.username: one for one in platform.ngnpro.customers.get_customers(Query())}
    assert found["dock"].reseller == found["bay"].id

    undo = browser.post(f"/jobs/{changed.pk}/do/", {"do": "undo"}).headers["Location"]
    do(browser, worked(Job.objects.get(pk=undo[6:-1])), "apply", number="1")
    found = {one.username: one for one in platform.ngnpro.customers.get_customers(Query())}
    assert found["dock"].reseller == found["quay"].id
    assert "bay" not in found


def test_a_reseller_that_could_not_be_added_leaves_its_customers_alone(platform: Platform, browser: Client) -> None:
    job = upload(browser, "customer", PEOPLE + person("dock", "Dock", "quay") + person("quay", "Quay", "quay;x"))
    assert reasons(job)[2] == "There is a problem with the record that it belongs to."


def test_columns_that_are_chosen_later_also_name_other_rows(platform: Platform, browser: Client) -> None:
    file = PEOPLE.replace("reseller", "Seller") + person("dock", "Dock", "quay") + person("quay", "Quay", "quay")
    job = upload(browser, "customer", file)
    assert job.state == JobState.MAPPING
    columns = ["username", "organization", "firstName", "lastName", "email", "timezone", "reseller"]
    browser.post(f"/jobs/{job.pk}/columns/", {"column": columns})
    assert set(worked(job).rows.values_list("line", "state")) == {(2, "waiting"), (3, "ready")}
    rows = browser.get(f"/jobs/{job.pk}/rows/")
    assert b'"dock","Dock"' in b"".join(rows.streaming_content)  # type: ignore[attr-defined]
