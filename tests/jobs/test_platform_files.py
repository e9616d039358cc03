"""A platform as a YAML file: exported, applied, applied again, and undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from portal.jobs.models import Job
from portal.jobs.platform_files.kinds import listed_kinds
from portal.ngnpro.records import (
    AcceptRules,
    CallDiversions,
    EnumId,
    PersistentAcceptRule,
    PhonebookEntry,
    SipId,
    TemporaryAcceptRule,
    VoicemailAccount,
)
from tests.support.api import make_token
from tests.support.jobs import do, worked
from tests.support.portal import CUSTOMER, Platform

ADA = SipId.parse("ada@example.com")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "platform.yaml"


@pytest.fixture
def full(world: Platform, browser: Client) -> Platform:
    """A platform on which every list of the file has records, and an account has all parts."""
    sip = world.ngnpro.sip
    mailbox = VoicemailAccount(sip_id=ADA, name="Ada", email="ada@example.com", password="4711")
    world.ngnpro.voicemail.add_account(mailbox)
    sip.set_call_diversions(ADA, CallDiversions(fbus="<voice-mailbox>"))
    sip.set_reject_members(ADA, ["sip:spam@other.example"])
    sip.set_barring_prefixes(ADA, ["+4490"])
    sip.add_phonebook_entry(ADA, PhonebookEntry(uri="sip:bob@other.example", name="Bob"))
    rule = PersistentAcceptRule(days=3, start="09:00", stop="17:00", groups=("everybody",))
    sip.set_accept_rules(ADA, AcceptRules(persistent=(rule,), temporary=TemporaryAcceptRule(groups=(), duration=0)))
    return world


def export(file: Path, *words: str) -> dict[str, Any]:
    call_command("export_platform", str(file), *words, operator="ines")
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def apply(file: Path, *words: str, code: int = 0, **options: str) -> Job | None:
    """Apply a file with an exit code, and return the job."""
    ended = 0
    try:
        call_command("apply", str(file), *words, **({"operator": "ines"} | options))
    except SystemExit as end:
        ended = int(end.code or 0)
    except CommandError as error:
        print(error)
        ended = error.returncode
    assert ended == code
    return Job.objects.order_by("-made").first()


def left(job: Job | None) -> list[tuple[str, str, str, str]]:
    """List the rows of a job that are not skipped."""
    assert job is not None
    return list(job.rows.exclude(state="skipped").values_list("kind", "key", "state", "reason"))


def write(file: Path, **lists: Any) -> None:
    file.write_text(yaml.safe_dump({"format": "ngnpro-platform 1", **lists}))


def test_an_exported_platform_asks_for_nothing(full: Platform, file: Path) -> None:
    found = export(file)
    assert set(found) == {"format", *listed_kinds()}
    assert all(found.values())
    assert left(apply(file, "--delete", "--check")) == []


def test_a_platform_is_emptied_and_comes_back_in_any_order(full: Platform, file: Path, tmp_path: Path) -> None:
    """Every kind of record is deleted and added, records that others name first, whatever the order of the file."""
    before = export(file)
    empty = tmp_path / "empty.yaml"
    resellers = [one for one in before["customers"] if one["reseller"] == one["username"]]  # they own vouchers
    write(empty, **{name: [] for name in listed_kinds()} | {"customers": resellers})
    gone = apply(empty, "--delete", "--yes")
    assert {row[2] for row in left(gone)} == {"done"}, left(gone)
    assert [name for name, entries in export(empty).items() if entries and name in listed_kinds()] == ["customers"]
    for customer in before["customers"]:
        customer["password"] = "generate"
    write(empty, **{name: before[name][::-1] for name in reversed(listed_kinds())})
    added = apply(empty, "--yes")
    assert [row for row in left(added) if row[2] != "done"] == []
    assert as_sets(export(empty)) == as_sets(before)
    assert left(apply(file, "--delete", "--yes")) == []


def as_sets(found: dict[str, Any]) -> dict[str, Any]:
    """Return a file without the order of its lists, and without passwords."""
    return {
        name: sorted(repr({**one, "password": ""}) for one in entries)
        for name, entries in found.items()
        if name != "format"
    }


EXAMPLE = Path(__file__).parents[2] / "examples" / "declarative" / "platform.yaml"


def test_the_example_makes_a_platform_and_then_changes_nothing(
    platform: Platform, browser: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apply(EXAMPLE, "--check", code=1)
    assert "NORDKOM_PASSWORD” is not set" in capsys.readouterr().out
    monkeypatch.setenv("NORDKOM_PASSWORD", "correct-Horse-battery-7")
    apply(EXAMPLE, "--check", code=2)
    assert "+ account desk@quay.example" in capsys.readouterr().out
    assert platform.ngnpro.sip.get_accounts().total == 0
    job = apply(EXAMPLE, "--yes")
    assert [row for row in left(job) if row[2] != "done"] == []
    assert "correct-Horse" not in capsys.readouterr().out
    assert left(apply(EXAMPLE, "--delete", "--check")) == []
    desk = platform.account("desk@quay.example")
    assert (desk.quota, desk.groups, desk.acl[0].mask) == (25, ("free-pstn", "voicemail"), 24)
    assert platform.ngnpro.enum.get_number(EnumId(number="31208005170")).mappings[0].mapto == "sip:desk@quay.example"
    answer: Any = browser.post(f"/jobs/{job.pk}/passwords/")
    given_out = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "desk@quay.example" in given_out
    assert "bar@quay.example" in given_out


def test_changes_are_shown_made_once_and_undone(
    world: Platform, browser: Client, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = export(file, "--only", "accounts", "--only", "gateways")
    assert set(found) == {"format", "accounts", "gateways"}
    ada = next(one for one in found["accounts"] if one["id"] == "ada@example.com")
    ada |= {"quota": 25, "groups": ["sms"], "barringPrefixes": ["+4490"], "properties": {"language": "nl"}}
    next(one for one in found["gateways"] if one["carrier"] == "Meridian")["port"] = 5070
    write(file, **{name: found[name] for name in ("accounts", "gateways")})
    capsys.readouterr()
    assert apply(file) is not None
    shown = capsys.readouterr().out
    assert "quota: 0 → 25" in shown
    assert "port: 5060 → 5070" in shown
    assert world.account().quota == 0
    job = apply(file, "--yes")
    assert {row[2] for row in left(job)} == {"done"}
    now = world.account()
    assert (now.quota, now.groups, now.properties[0].value) == (25, ("sms",), "nl")
    assert left(apply(file, "--yes")) == []
    assert job is not None
    undo = Job.objects.get(pk=do(browser, job, "undo").undone_by.get().pk)
    do(browser, worked(undo), "apply")
    assert world.account().quota == 0
    assert world.ngnpro.sip.get_barring_prefixes(ADA) == ()


def test_what_is_left_out_stays_and_what_is_empty_is_reset(world: Platform, browser: Client, file: Path) -> None:
    write(file, accounts=[{"id": "ADA@example.com", "quota": 30, "rpid": "31208005169", "groups": ["sms"]}])
    apply(file, "--yes")
    write(file, accounts=[{"id": "ada@example.com", "rpid": None, "groups": []}])
    apply(file, "--yes")
    now = world.account()
    assert (now.quota, now.rpid, now.groups, now.first_name) == (30, "", (), "Ada")


def test_a_password_is_never_changed_and_never_in_the_file(
    world: Platform, browser: Client, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEW", "another-Horse-stable-8")
    for password in ("generate", {"environment": "NEW"}):
        write(file, accounts=[{"id": "ada@example.com", "password": password}])
        assert left(apply(file, "--yes")) == []
    write(file, accounts=[{"id": "ada@example.com", "password": "another-Horse-stable-8"}])
    apply(file, code=1)
    assert "“password” is a secret." in capsys.readouterr().out
    write(file, accounts=[{"id": "ada@example.com", "properties": {"web_password": "another-Horse"}}])
    apply(file, code=1)
    assert "“web_password” is a secret." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("accounts: []", "does not begin with “format: ngnpro-platform 1”"),
        ("format: ngnpro-platform 1\nphones: []", "There is no list “phones”"),
        ("format: ngnpro-platform 1\naccounts: 5", "“accounts” is no list"),
        ("format: ngnpro-platform 1\naccounts: [5]", "Line 2: The entry is no mapping"),
        ("format: ngnpro-platform 1\naccounts:\n- id: a@b.example\n  colour: red", "no member “colour”"),
        ("format: ngnpro-platform 1\naccounts:\n- quota: 5", "Line 3: The member “id” is missing"),
        ("format: ngnpro-platform 1\naccounts:\n- id: a@b.c\n- id: A@B.c", "Line 3 has the same record"),
        ("format: ngnpro-platform 1\nformat: ngnpro-platform 1", "“format” is there twice"),
        ("format: ngnpro-platform 1\naccounts: &a []\naliases: *a", "anchors and aliases are not read"),
        ("format: !!python/name:os.system x", "tags are not read"),
        ("format: {" + "a: {" * 20, "too deep"),
        ("format: [", "is no YAML"),
        ("- 1", "is no mapping of lists"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_line(
    world: Platform, browser: Client, file: Path, capsys: pytest.CaptureFixture[str], text: str, why: str
) -> None:
    file.write_text(text)
    apply(file, code=1)
    assert why in capsys.readouterr().out
    assert not Job.objects.exists()


def test_an_entry_that_cannot_be_applied_is_a_conflict_with_its_line_and_the_others_are_applied(
    world: Platform, browser: Client, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(
        file,
        accounts=[{"id": "ada@example.com", "email": "nobody"}, {"id": "bob@other.example", "quota": 7}],
        gateways=[{"name": "new", "carrier": "Nobody", "ip": "192.0.2.9"}],
        aliases=[{"id": "x@example.com", "target": "ada@example.com", "owner": "nobody at all"}],
    )
    job = apply(file, "--yes", code=1)
    shown = capsys.readouterr().out
    assert "Carrier: there is none with the name “Nobody”." in shown
    assert [row[2] for row in left(job)].count("conflict") == 3
    assert world.account("bob@other.example").quota == 7


def test_deletions_are_only_those_of_the_lists_in_the_file_and_protect_what_is_in_use(
    world: Platform, browser: Client, file: Path
) -> None:
    write(file, aliases=[])
    assert left(apply(file, "--check")) == []
    assert len(left(apply(file, "--delete", "--check", code=2))) == 2
    write(file, carriers=[], domains=[])
    job = apply(file, "--delete", "--check", code=1)
    assert {(kind, state) for kind, _key, state, _reason in left(job)} == {
        ("carrier", "conflict"),
        ("domain", "conflict"),
    }
    assert "Other records depend on it" in left(job)[0][3]


def test_a_reseller_and_a_token_change_only_what_is_theirs(
    people: dict[str, Client], world: Platform, file: Path, monkeypatch: pytest.MonkeyPatch, browser: Client
) -> None:
    write(file, accounts=[{"id": "ada@example.com", "lastName": "King"}])
    assert {row[2] for row in left(apply(file, "--yes", "--as", "meridian"))} == {"done"}
    write(file, accounts=[{"id": "bob@other.example", "lastName": "King"}])
    assert {row[2] for row in left(apply(file, "--yes", "--as", "meridian", code=1))} == {"conflict"}
    export(file, "--as", "meridian")
    assert "other.example" not in file.read_text()
    monkeypatch.setenv("PORTAL_TOKEN", make_token(people["reseller"], CUSTOMER["password"]).secret)
    call_command("export_platform", str(file))
    found = yaml.safe_load(file.read_text())
    assert [one["id"] for one in found["accounts"]] == ["ada@example.com"]
    assert left(apply(file, "--delete", "--check", operator="")) == []
    found["accounts"][0]["lastName"] = "Lovelace"
    write(file, accounts=found["accounts"])
    apply(file, "--yes", operator="")
    assert world.account().last_name == "Lovelace"
    reading = make_token(people["reseller"], CUSTOMER["password"], access="read")
    monkeypatch.setenv("PORTAL_TOKEN", reading.secret)
    apply(file, "--check", operator="", code=1)
    monkeypatch.delenv("PORTAL_TOKEN")
    apply(file, "--check", operator="", code=1)
