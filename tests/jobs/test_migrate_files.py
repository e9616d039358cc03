"""Mail templates and exported files of CDRTool are shown first, and then taken over."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.jobs.choices import JobState
from portal.jobs.models import Job
from portal.mail.kinds.account_information import queue_account_information
from portal.mail.text.composing import compose_mail
from portal.mail.text.models import MailTemplate
from portal.people.operators.models import Operator
from tests.support.jobs import worked
from tests.support.portal import Platform

TEXT = """Good day {$client->name},

your address is {$client->account}.
{foreach name=numbers from=$client->enums item=enum}
Number {$smarty.foreach.numbers.iteration}: {$enum}
{/foreach}
{if $client->allowPSTN}
You may call telephones.
{/if}
"""
HTML = "{literal}<style>p {color: red}</style>{/literal}<p>Good day <b>{$client->name}</b></p>"
DOMAIN: dict[str, Any] = {
    "customers": [],
    "sip_domains": [{"domain": "old.example", "customer": 0, "reseller": 0}],
    "sip_accounts": [
        {
            "id": {"username": "ada", "domain": "old.example"},
            "firstName": "Ada",
            "lastName": "King",
            "email": "ada@mail.example",
            "password": "canary",
        }
    ],
    "sip_aliases": [],
}
ZONE = {
    "dns_zones": [{"name": "old.example", "nameservers": ["ns1.example.net"], "ttl": 600, "customer": 0}],
    "dns_records": [{"zone": "old.example", "name": "www", "type": "A", "value": "192.0.2.1", "ttl": 600}],
}


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of templates from the texts of its files by their names."""

    def make(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path / "templates" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        return tmp_path / "templates"

    return make


def call(*words: Any) -> str:
    output = StringIO()
    call_command("migrate_cdrtool", *words, stdout=output)
    return output.getvalue()


def test_templates_are_shown_and_then_added_for_the_platform_and_resellers(
    world: Platform, folder: Callable[..., Path]
) -> None:
    reseller = world.account().reseller
    path = folder(
        **{
            "default/sip_settings_email.tpl": TEXT,
            "default/sip_settings_email.html.tpl": HTML,
            f"{reseller}/sip_settings_changed_nl.tpl": "{foreach $client->fields as $field}{$field}\n{/foreach}",
        }
    )
    said = call("--templates", path)
    assert "“Account information” of the platform, all languages" in said
    assert f"“Account changed” of reseller {reseller}, Nederlands" in said
    assert "    | Good day {{ name }}," in said
    assert "2 templates would be added" in said
    assert MailTemplate.objects.count() == 0

    assert "2 templates were added" in call("--templates", path, "--apply")
    ours = MailTemplate.objects.get(reseller=0)
    assert (ours.kind, ours.language, ours.engine) == ("account-information", "", "")
    theirs = MailTemplate.objects.get(reseller=reseller)
    assert (theirs.kind, theirs.language) == ("account-changed", "nl")
    sent = compose_mail(queue_account_information("ada@example.com", "a@mail.example", reseller=0))
    name = world.account().first_name
    assert str(sent.body).startswith(f"Good day {name},\n\nyour address is ada@example.com.")
    assert f"<p>Good day <b>{name}</b></p>" in str(sent.alternatives[0][0])


def test_a_template_that_exists_stays(platform: Platform, folder: Callable[..., Path]) -> None:
    path = folder(**{"sip_settings_email.tpl": "new", "default/sip_settings_email.tpl": "newer"})
    said = call("--templates", path, "--apply")
    assert "another file or person has added" in said
    assert "1 templates were added" in said
    (stored,) = MailTemplate.objects.all()
    said = call("--templates", path, "--apply")
    assert said.count("There is such a template already, which stays.") == 2
    assert MailTemplate.objects.get() == stored


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("sip_settings_email.tpl", "one\n{$client->email}", "line 2: This mail has no variable like “email”"),
        ("sip_settings_email.tpl", "{if $client->name}", "“if” is not closed"),
        ("sip_settings_changed.tpl", "{$client->password}", "no variable like “password”"),
        ("sip_settings_email.tpl", "x" * 20_001, "at most 20000 characters"),
        ("sip_settings_email.html.tpl", "x", "each template has a text here"),
        ("sip_settings_email_xx.tpl", "x", "no language “xx”"),
        ("password_reminder.html.tpl", "x", "always the portal's own"),
        ("sip_settings_email.old.tpl", "x", "The names of templates that are read"),
        ("footer.tpl", "x", "The names of templates that are read"),
        ("4711/sip_settings_email.tpl", "x", "NGNPro has no reseller 4711"),
        ("old/sip_settings_email.tpl", "x", "neither “default” nor the number"),
    ],
)
def test_a_template_without_a_counterpart_is_not_added_and_the_reason_is_told(
    platform: Platform, folder: Callable[..., Path], name: str, text: str, reason: str
) -> None:
    said = call("--templates", folder(**{name: text}), "--apply")
    assert reason in said
    assert "0 templates were added" in said
    assert MailTemplate.objects.count() == 0


def test_exported_domains_and_zones_become_plans_and_jobs(
    platform: Platform, operator: Operator, tmp_path: Path
) -> None:
    files = []
    for name, data in (("domain.json", DOMAIN), ("zone.json", ZONE)):
        (tmp_path / name).write_text(json.dumps(data))
        files += ["--export", tmp_path / name]
    said = call(*files, "--operator", operator.username)
    assert "Nothing was changed. Start this plan" in said
    assert {job.state for job in Job.objects.all()} == {JobState.PLANNED}
    assert "Import old.example: 2 to add" in said
    assert "Import zone.json: 2 to add" in said
    assert platform.ngnpro.sip.find_domain("old.example") is None

    call(*files, "--operator", operator.username, "--apply")
    for job in Job.objects.filter(state=JobState.RUNNING):
        assert worked(job).state == JobState.FINISHED
    assert platform.account("ada@old.example").first_name == "Ada"
    assert platform.ngnpro.dns.get_zone("old.example").nameservers == ("ns1.example.net",)
    assert [one.value for one in platform.ngnpro.dns.iter_records()] == ["192.0.2.1"]


def test_what_cannot_be_read_is_told_before_anything_is_changed(
    platform: Platform, operator: Operator, tmp_path: Path
) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(CommandError, match="not JSON"):
        call("--export", tmp_path / "broken.json", "--operator", operator.username)
    with pytest.raises(CommandError, match="no active operator"):
        call("--export", tmp_path / "broken.json")
    with pytest.raises(CommandError, match="no files"):
        call("--templates", tmp_path / "absent")
    with pytest.raises(CommandError, match="Say what to read"):
        call()
    assert Job.objects.count() == 0
