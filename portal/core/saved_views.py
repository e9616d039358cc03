"""Lists as people want to see them: which columns, in which order, and filters under a name that can be shared.

They are about the person, also while they act for somebody else, and hold nothing of NGNPro but what was typed into
filters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.http import QueryDict

from portal.core.models import SavedView
from portal.core.tables import Column, Table
from portal.core.viewer import Role, Viewer

MOST_VIEWS = 50
LONGEST_QUERY = 2000
# Parameters of a list that are about where somebody is in it.
PASSING = ("page", "as", "view")


@dataclass(frozen=True, slots=True)
class ShownView:
    """A saved view in the menu of its list."""

    key: int
    name: str
    url: str
    is_own: bool
    is_shared: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column that the list can have, whether it has it now, and its place, from 1 on."""

    name: str
    label: str
    is_shown: bool
    place: int


@dataclass(frozen=True, slots=True)
class ListTools:
    """What a person has kept for a list, and the columns that it has now."""

    page: str
    query: str
    views: tuple[ShownView, ...]
    shown: tuple[Column, ...]
    offered: tuple[ChosenColumn, ...]


def person_of(viewer: Viewer) -> str:
    """Return who keeps views: everyone who signs in with the same name on the same NGNPro server."""
    return f"{viewer.engine}:{viewer.role}:{viewer.login}"


def circle_of(viewer: Viewer) -> str:
    """Return with whom views are shared: operators of a server, or everyone who signs in for the same customer."""
    whose = viewer.tree if viewer.role is Role.OPERATOR else viewer.customer
    return f"{viewer.engine}:{viewer.role}:{whose}"


def kept_query(params: QueryDict) -> str:
    """Return the part of a list's URL that is worth keeping: its filters, order and size."""
    kept = params.copy()
    for name in PASSING:
        kept.pop(name, None)
    for name in [name for name, value in kept.items() if not value]:
        kept.pop(name)
    return kept.urlencode()


def list_tools(viewer: Viewer, page: str, table: type[Table[object]], params: QueryDict) -> ListTools:
    """Return what the viewer has kept for a list, and its columns, with one statement."""
    person, query = person_of(viewer), kept_query(params)
    mine = Q(person=person) | Q(circle=circle_of(viewer), is_shared=True)
    found = list(SavedView.objects.filter(mine, page=page).order_by("name", "pk"))
    opened = next((one for one in found if str(one.pk) == params.get("view")), None)
    chosen = opened or next((one for one in found if not one.name), None)
    shown = chosen_columns(table.columns, chosen.columns if chosen else "")
    views = tuple(
        ShownView(
            one.pk,
            one.name,
            f"?{one.query}&view={one.pk}" if one.query else f"?view={one.pk}",
            one.person == person,
            one.is_shared,
            one is opened,
        )
        for one in found
        if one.name
    )
    return ListTools(page, query, views, shown, tuple(_offered(table.columns, shown)))


def chosen_columns(columns: Iterable[Column], names: str) -> tuple[Column, ...]:
    """Return the columns of these names in their order, behind the first, which names the row; else the usual ones."""
    first, *others = columns
    by_name = {column.name: column for column in others}
    wanted = [by_name[name] for name in dict.fromkeys(names.split(",")) if name in by_name]
    return (first, *(wanted or [column for column in others if not column.is_extra]))


def _offered(columns: Iterable[Column], shown: tuple[Column, ...]) -> Iterable[ChosenColumn]:
    rest = [column for column in columns if column not in shown]
    for place, column in enumerate([*shown[1:], *rest], 1):
        yield ChosenColumn(column.name, str(column.label), column in shown, place)


def keep_columns(viewer: Viewer, page: str, names: list[str]) -> None:
    """Remember the columns of a list for the person; none for the usual ones."""
    person = person_of(viewer)
    if names:
        values = {"columns": ",".join(names), "circle": circle_of(viewer)}
        SavedView.objects.update_or_create(person=person, page=page, name="", defaults=values)
    else:
        SavedView.objects.filter(person=person, page=page, name="").delete()


def keep_view(viewer: Viewer, page: str, name: str, query: str, *, is_shared: bool) -> SavedView | None:
    """Save a list under a name, with the columns that the person has chosen; ``None`` if there are too many.

    A view of the person with the same name is replaced.
    """
    own = SavedView.objects.filter(person=person_of(viewer), page=page)
    if own.exclude(name__in=("", name)).count() >= MOST_VIEWS:
        return None
    columns = next((one.columns for one in own.filter(name="")), "")
    values = {"query": query, "columns": columns, "is_shared": is_shared, "circle": circle_of(viewer)}
    view, _is_new = SavedView.objects.update_or_create(person=person_of(viewer), page=page, name=name, defaults=values)
    return view


def forget_view(viewer: Viewer, key: int) -> SavedView | None:
    """Delete a view of the person and return it; ``None`` if they have no such view."""
    view = SavedView.objects.filter(person=person_of(viewer), pk=key).exclude(name="").first()
    if view is not None:
        view.delete()
    return view
