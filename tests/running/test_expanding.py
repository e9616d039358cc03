"""Versions N and N+1 run side by side (docs/operations.md): migrations only add what the code before ignores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from ngnpro_server.store.migrate import MIGRATIONS

# The newest migrations from before the rule; an update across one of them needs all programs to be stopped.
BEFORE_THE_RULE = {
    "api": 1,
    "core": 3,
    "domain_transfer": 3,
    "enrolment": 1,
    "identity": 13,
    "jobs": 4,
    "journal": 6,
    "lcr": 1,
    "mail": 9,
    "operators": 6,
    "overview": 1,
    "phones": 1,
    "programs": 2,
    "tokens": 1,
    "tracing": 1,
    "voicemail": 2,
    "webhooks": 1,
}
SERVER_BEFORE_THE_RULE = 16
# Migrations that take away what no code has used since the named version; the server's by the name of their file alone.
CONTRACTING: dict[str, str] = {}
ADDING = (
    migrations.CreateModel,
    migrations.AddIndex,
    migrations.RemoveIndex,
    migrations.AlterModelOptions,
    migrations.RunPython,
)
TAKING = re.compile(r"\bop\.(?:drop_column|drop_table|rename_table|alter_column|drop_constraint)\(")
NOT_NULL = re.compile(r"nullable=False(?!.*server_default)")


def why_not_expanding(operation: Operation, label: str, before: ProjectState) -> str:
    """Return why code that does not know an operation could fail after it, or nothing."""
    if isinstance(operation, migrations.AddField):
        field = operation.field
        # Django drops the default of a new column once it is filled, so that inserts of the code before would fail.
        safe = field.null or field.many_to_many or field.has_db_default()
        return "" if safe else f"the column {operation.name} needs null=True or db_default"
    if isinstance(operation, migrations.AlterField):
        old = before.models[label, operation.model_name.lower()].fields[operation.name]
        return "" if is_wider(old, operation.field) else f"the column {operation.name} becomes narrower"
    if isinstance(operation, ADDING):
        return ""
    return f"{type(operation).__name__} takes away or narrows what the code before uses"


def is_wider(old: models.Field, new: models.Field) -> bool:
    """Return whether a column still takes all that it took before."""
    return (
        type(old) is type(new)
        and (new.null or not old.null)
        and (new.unique is False or old.unique)
        and (getattr(new, "max_length", None) or 0) >= (getattr(old, "max_length", None) or 0)
    )


def server_migrations() -> list[Path]:
    return sorted((MIGRATIONS / "versions").glob("[0-9]*.py"))


def test_the_portals_migrations_only_add() -> None:
    loader = MigrationLoader(None)
    own = {key: one for key, one in loader.disk_migrations.items() if _is_own(key[0])}
    assert {app for app, _name in own} >= BEFORE_THE_RULE.keys()
    found = [
        f"{label}.{name}: {reason}. Add what is new first; take away in a version after no code uses it (CONTRACTING)"
        for (label, name), migration in own.items()
        if int(name[:4]) > BEFORE_THE_RULE.get(label, 0) and f"{label}.{name}" not in CONTRACTING
        for operation in migration.operations
        if (reason := why_not_expanding(operation, label, loader.project_state((label, name), at_end=False)))
    ]
    assert not found


def _is_own(label: str) -> bool:
    return apps.get_app_config(label).name.startswith("portal.")


def test_the_servers_migrations_only_add() -> None:
    texts = {path.stem: path.read_text().partition("def downgrade")[0] for path in server_migrations()}
    assert len(texts) >= SERVER_BEFORE_THE_RULE
    newer = {name: text for name, text in texts.items() if int(name[:4]) > SERVER_BEFORE_THE_RULE}
    taking = [name for name, text in newer.items() if TAKING.search(text) and name not in CONTRACTING]
    assert not taking, "They take away or rename what the code before uses"
    strict = [
        f"{name}: {line.strip()}"
        for name, text in newer.items()
        for line in text.splitlines()
        if "add_column" in line and NOT_NULL.search(line)
    ]
    assert not strict, "New columns need nullable=True or server_default, so that the code before can insert rows"


BEFORE = ProjectState()
BEFORE.add_model(
    migrations.state.ModelState(
        "jobs", "Job", [("id", models.AutoField(primary_key=True)), ("title", models.CharField(max_length=20))]
    )
)


@pytest.mark.parametrize(
    ("operation", "is_safe"),
    [
        (migrations.AddField("job", "note", models.TextField(null=True)), True),
        (migrations.AddField("job", "note", models.TextField(db_default="")), True),
        (migrations.AddField("job", "note", models.TextField(default="")), False),
        (migrations.AlterField("job", "title", models.CharField(max_length=40)), True),
        (migrations.AlterField("job", "title", models.CharField(max_length=10)), False),
        (migrations.AlterField("job", "title", models.CharField(max_length=40, unique=True)), False),
        (migrations.RemoveField("job", "title"), False),
        (migrations.RenameField("job", "title", "name"), False),
        (migrations.DeleteModel("job"), False),
        (migrations.RunSQL("DROP TABLE jobs_job"), False),
    ],
)
def test_an_operation_that_the_code_before_cannot_live_with_is_found(operation: Operation, is_safe: bool) -> None:
    assert (why_not_expanding(operation, "jobs", BEFORE) == "") is is_safe
