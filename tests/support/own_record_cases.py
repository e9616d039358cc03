"""Tests that every room with records in the portal's own database must pass, besides those of ``room_cases``."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import connection
from django.db.models import Model
from django.forms.models import model_to_dict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.portal import Platform
from tests.support.room_cases import RecordPage, RoomCase


class OwnRecordCases(RoomCase):
    """The data of a room whose records are in the portal's own database; list it first among the bases.

    ``model`` is their class, and ``key`` the value of its field ``key_field`` in the first record. It comes first in
    the row of the list.
    """

    model: ClassVar[type[Model]]
    key_field: ClassVar[str]

    def clear(self, platform: Platform) -> None:
        self.model._default_manager.all().delete()

    def records(self, platform: Platform) -> RecordPage[Any]:
        found = tuple(self.model._default_manager.all())
        return RecordPage(len(found), found)

    def find(self, platform: Platform) -> Any:
        return self._first()

    def _first(self) -> Any:
        return self.model._default_manager.filter(**{self.key_field: self.key}).first()

    def values(self, record: Any) -> dict[str, Any]:
        return model_to_dict(record)

    @property
    def record_url(self) -> str:
        return f"{self.url}{getattr(self._first(), 'pk', 0)}/"

    def check_order(self, platform: Platform, rows: list[list[str]], order: str, direction: str) -> None:
        """Check that the rows are in the order of the records' values."""
        records = self.records(platform)
        owners = [next(one for one in records if row[0].startswith(getattr(one, self.key_field))) for row in rows]
        found = [getattr(one, order) for one in owners]
        assert found == sorted(found, reverse=direction == "DESC"), order

    def test_a_list_page_makes_as_many_sql_statements_however_long_it_is(
        self, browser: Client, platform: Platform
    ) -> None:
        counts = []
        for numbers in (range(2), range(2, 40)):
            for number in numbers:
                self.add_one(platform, number)
            browser.get(self.url)
            with CaptureQueriesContext(connection) as statements:
                browser.get(f"{self.url}?size=50")
            counts.append(len(statements))
        assert counts[0] == counts[1]
