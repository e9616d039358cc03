"""Tests of `manage.py prepare` and of the commands about operators."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from portal.people.operators.models import Operator
from portal.running.preparing import FIRST_OPERATOR, collect_statics, would_start_anew
from tests.support.processes import first_password


@pytest.fixture(autouse=True)
def source(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "collected"
    return folder


def call(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_the_first_operator_can_sign_in_with_the_password_that_is_printed() -> None:
    printed = call("prepare")
    [operator] = Operator.objects.all()
    assert operator.username == FIRST_OPERATOR
    assert operator.check_password(first_password(printed))


@pytest.mark.django_db
def test_preparing_a_second_time_does_and_says_nothing() -> None:
    call("prepare")
    assert call("prepare") == ""
    assert Operator.objects.count() == 1


@pytest.mark.django_db
def test_an_existing_operator_prevents_another_first_operator() -> None:
    Operator.objects.create_user("grace", "a password of hers")
    assert "Password" not in call("prepare")
    assert [operator.username for operator in Operator.objects.all()] == ["grace"]


def testsource_are_collected_again_only_when_one_has_changed(source: Path, settings: Settings) -> None:
    assert collect_statics()
    assert not collect_statics()
    (source / "page.css").write_text("a { color: darkgreen }")
    assert collect_statics()
    (source / "page.css").rename(source / "renamed.css")
    assert collect_statics()
    assert [path.name for path in Path(settings.STATIC_ROOT).glob("*.css")] == ["renamed.css"]


@pytest.mark.django_db
def test_an_added_operator_can_sign_in_and_a_name_is_given_only_once() -> None:
    printed = call("add_operator", "Grace")
    assert Operator.objects.get(username="grace").check_password(first_password(printed))
    with pytest.raises(CommandError, match="exists"):
        call("add_operator", "grace")


def test_without_settings_no_second_portal_is_created(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "var" / "portal.sqlite3"
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)})
    monkeypatch.delenv("PORTAL_VAR", raising=False)
    monkeypatch.delenv("PORTAL_DATABASE_URL", raising=False)
    with pytest.raises(CommandError, match=r"its settings are missing, such as those of /etc/portal\.env"):
        call("prepare")
    assert not file.exists()
    assert would_start_anew()
    monkeypatch.setenv("PORTAL_VAR", str(file.parent))
    assert not would_start_anew()
