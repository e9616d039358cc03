"""Bulk actions and generators, as rooms declare them in their ``Resource``: what becomes of each record.

An action is a small function from a record to the record as it is to be. Everything else is done by ``portal.jobs``
for all of them: the preview, the rights, the writing, the retries and the undo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, TypeVar

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.dependents import Dependents
from portal.core.viewer import Viewer
from portal.ngnpro import Ngnpro

R = TypeVar("R")


class SkipRow(Exception):
    """The record is left as it is, for a reason that is not a problem."""


class ConflictRow(Exception):
    """The record cannot be changed as asked for; the text says why."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a viewer wants done with each record: the values of the action's form, who they are, and their client.

    ``job`` identifies the job, so that what is done to a record can be told from what another job does.
    """

    values: Mapping[str, Any]
    viewer: Viewer
    ngnpro: Ngnpro
    job: str = ""


State = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartInJob:
    """How jobs change a part of a record that is no stored value, such as a balance, or a mail that is sent.

    ``find`` returns its state by the record's key, ``None`` without such a record, and may raise ``SkipRow``.
    ``update`` takes the key, the new state and the one that was read. ``is_done`` says by the same whether an update
    was made whose answer is unknown, ``None`` if it cannot tell. ``restored`` returns the state that an undo wants, by
    the state now, before and after; without it, nothing can be undone. ``operation`` is the name in the journal of what
    calls nothing.
    """

    find: Callable[[Ngnpro, str], State | None]
    update: Callable[[Ngnpro, str, State, State], Any]
    is_done: Callable[[Ngnpro, str, State, State], bool | None]
    restored: Callable[[State, State, State], State] | None = None
    operation: str = ""


class HandOut(models.TextChoices):
    """How users get the passwords that a job makes."""

    FILE = "file", gettext_lazy("I download them, as a file or as letters")
    LINKS = "links", gettext_lazy("Each user gets a mail with a link that shows the password once")


class HandOutForm(forms.Form):
    """Asks how users get the passwords that a job makes."""

    hand_out = forms.ChoiceField(
        label=gettext_lazy("How users get their passwords"),
        choices=HandOut.choices,
        initial=HandOut.FILE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """An action on many records.

    ``change`` returns the record as it is to be, or ``None`` to delete it; it raises ``SkipRow`` or ``ConflictRow`` for
    a record that it leaves alone, and never writes. ``form`` asks for values. ``page`` is the page of the room that a
    viewer must be able to open to do the same to one record. ``lost`` says what an undo cannot bring back. ``part`` is
    the part of the record that is changed, by its name among the resources (``PartInJob``). ``makes_passwords``: the
    new passwords can be downloaded once. ``send_password`` sends a user theirs instead if the form's ``hand_out`` says
    so (``HandOut``): by the record, the password and the name of the NGNPro server, in the transaction that stores that
    it was set. It returns what it did in a sentence.
    """

    name: str
    label: str | Promise
    change: Callable[[Any, Wish], Any | None]
    form: type[forms.Form] | None = None
    page: str = "edit"
    lost: str | Promise = ""
    part: str = ""
    makes_passwords: bool = False
    send_password: Callable[[Any, str, str], str] | None = None


class GeneratedRecord(NamedTuple):
    """A record that a generator makes: its kind, its cells by column, and the position of what it belongs to."""

    kind: str
    cells: Mapping[str, str]
    of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """How many new records of a kind, and others that belong to them, are made from what a form asks for.

    ``pages`` are those that a viewer must be able to open to add them one by one. ``title`` names the job, with values
    of the form. ``records`` makes the records from the form's values; records that belong to others come after them.
    ``prefilled`` are the fields that links to the form may fill in. ``preview`` says in a sentence what the typed
    texts make, by field.
    """

    form: type[forms.Form]
    pages: tuple[str, ...]
    title: str | Promise
    records: Callable[[Mapping[str, Any]], Iterator[GeneratedRecord]]
    prefilled: tuple[str, ...]
    preview: Callable[[Mapping[str, str]], str]


def delete_action(
    used_by: Callable[[Ngnpro, Any], Iterable[Dependents]] = lambda _ngnpro, _record: (), lost: str | Promise = ""
) -> BulkAction:
    """Return the action that deletes records; a record that others still use is a conflict."""

    def delete(record: Any, wish: Wish) -> None:
        using = [one for one in used_by(wish.ngnpro, record) if one.count != 0]
        if any(one.count is None for one in using):
            raise ConflictRow(_("NGNPro did not say whether other records use it."))
        if using:
            what = ", ".join(f"{one.label}: {one.count}" for one in using)
            raise ConflictRow(_("It is in use (%(what)s).") % {"what": what})

    return BulkAction(name="delete", label=gettext_lazy("Delete"), change=delete, page="delete", lost=lost)


def set_action(name: str, label: str | Promise, field: forms.Field) -> BulkAction:
    """Return the action that sets one field of records to a value that its form asks for."""
    form = type("ValueForm", (forms.Form,), {"value": field})
    return BulkAction(
        name=name.replace("_", "-"),
        label=label,
        form=form,
        change=lambda record, wish: replace(record, **{name: wish.values["value"]}),
    )
