"""Views that are alike on SQLite, PostgreSQL and MariaDB, and the SQL that differs between them.

Drivers in C look at the types of a view's columns: texts must be VARCHAR and whole numbers INTEGER, so that expressions
are cast (``text``, ``whole``). SQLite tells a type only of a column of a table; ``CreateView`` says there how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, DateTime, Integer, Select, String, cast, false, select, union_all
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import ExecutableDDLElement
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator

from ngnpro_server.store.schema import sip_domains

_MARIADB = ("mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class View:
    """A view that has the rows of all its queries. ``examples`` are a column of texts and one of numbers of a table."""

    name: str
    queries: Sequence[Select[Any]]
    examples: tuple[ColumnElement[Any], ColumnElement[Any]] = (sip_domains.c.domain, sip_domains.c.customer_id)

    def create(self, connection: Connection) -> None:
        """Create the view."""
        connection.execute(CreateView(self))

    def drop(self, connection: Connection) -> None:
        """Drop the view if it exists."""
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {self.name}")


def view(name: str, *queries: Select[Any]) -> View:
    """Return a view of the rows of all ``queries``, whose columns have the same names and types."""
    return View(name, queries)


def columns_of(**expressions: Any) -> Select[Any]:
    """Return a query of expressions, each under its name."""
    return select(*(expression.label(name) for name, expression in expressions.items()))


def text(expression: Any, length: int = 255) -> ColumnElement[str]:
    """Return an expression as VARCHAR."""
    return cast(expression, String(length))


class whole(GenericFunction[int]):  # noqa: N801
    """An expression as a whole number of 32 bits, which ids of gateways and rules stay within."""

    type = Integer()
    inherit_cache = True


class after_at(GenericFunction[str]):  # noqa: N801
    """The part of a text behind its ``@``; the whole text if it has none."""

    type = String()
    inherit_cache = True


class joined(GenericFunction[str]):  # noqa: N801
    """The values of the first argument in the order of the second, with commas between; an aggregate."""

    type = String()
    inherit_cache = True


class nth_word(GenericFunction[str]):  # noqa: N801
    """The word of a text at a place, counted from 0; words are separated by one space. Empty if there are fewer."""

    type = String()
    inherit_cache = True


class utc_now(GenericFunction[Any]):  # noqa: N801
    """The present time in UTC, to be compared with a column of times."""

    type = DateTime()
    inherit_cache = True


class CreateView(ExecutableDDLElement):
    """The statement that creates a view."""

    inherit_cache = False

    def __init__(self, made: View) -> None:
        self.view = made


@compiles(CreateView)
def _create_view(element: CreateView, compiler: Any, **_options: Any) -> str:
    query = compiler.sql_compiler.process(union_all(*element.view.queries), literal_binds=True)
    return f"CREATE VIEW {element.view.name} AS {query}"


@compiles(CreateView, "sqlite")
def _create_view_on_sqlite(element: CreateView, compiler: Any, **_options: Any) -> str:
    """Put the view between two queries of typed columns without rows.

    SQLite takes the types of a query from its first or its last part, whichever way it runs it.
    """
    columns = element.view.queries[0].selected_columns
    shape = select(*(_typed(column, *element.view.examples).label(column.name) for column in columns)).where(false())
    query = compiler.sql_compiler.process(union_all(shape, *element.view.queries, shape), literal_binds=True)
    return f"CREATE VIEW {element.view.name} AS {query}"


def _typed(column: ColumnElement[Any], words: ColumnElement[Any], number: ColumnElement[Any]) -> ColumnElement[Any]:
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return words if isinstance(kind, String) else number


@compiles(whole)
def _whole(element: whole, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS INTEGER)"


@compiles(whole, *_MARIADB)
def _whole_on_mariadb(element: whole, compiler: Any, **options: Any) -> str:
    # only a short text becomes INT and not BIGINT
    return f"CAST(CAST({compiler.process(element.clauses, **options)} AS CHAR(9)) AS SIGNED)"


@compiles(after_at)
def _after_at(element: after_at, compiler: Any, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    return f"substr({given}, instr({given}, '@') + 1)"


@compiles(after_at, "postgresql")
def _after_at_on_postgresql(element: after_at, compiler: Any, **options: Any) -> str:
    given = compiler.process(element.clauses, **options)
    return f"substr({given}, strpos({given}, '@') + 1)"


def _parts(element: GenericFunction[Any], compiler: Any, options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(joined)
def _joined(element: joined, compiler: Any, **options: Any) -> str:
    # SQLite has no order within an aggregate yet; it goes through the rows in the order of the subquery they come from
    return f"group_concat({_parts(element, compiler, options)[0]}, ',')"


@compiles(joined, "postgresql")
def _joined_on_postgresql(element: joined, compiler: Any, **options: Any) -> str:
    value, order = _parts(element, compiler, options)
    return f"string_agg({value}, ',' ORDER BY {order})"


@compiles(joined, *_MARIADB)
def _joined_on_mariadb(element: joined, compiler: Any, **options: Any) -> str:
    value, order = _parts(element, compiler, options)
    return f"group_concat({value} ORDER BY {order} SEPARATOR ',')"


@compiles(nth_word)
def _nth_word(element: nth_word, compiler: Any, **options: Any) -> str:
    words, place = _parts(element, compiler, options)
    listed = f"""'["' || replace({words}, ' ', '","') || '"]'"""
    return f"coalesce(json_extract({listed}, '$[' || {place} || ']'), '')"


@compiles(nth_word, "postgresql")
def _nth_word_on_postgresql(element: nth_word, compiler: Any, **options: Any) -> str:
    words, place = _parts(element, compiler, options)
    return f"split_part({words}, ' ', {place} + 1)"


@compiles(nth_word, *_MARIADB)
def _nth_word_on_mariadb(element: nth_word, compiler: Any, **options: Any) -> str:
    words, place = _parts(element, compiler, options)
    listed = f"""concat('["', replace({words}, ' ', '","'), '"]')"""
    return f"coalesce(json_value({listed}, concat('$[', {place}, ']')), '')"


@compiles(utc_now)
def _utc_now(_element: utc_now, _compiler: Any, **_options: Any) -> str:
    return "datetime('now')"


@compiles(utc_now, "postgresql")
def _utc_now_on_postgresql(_element: utc_now, _compiler: Any, **_options: Any) -> str:
    return "timezone('UTC', now())"


@compiles(utc_now, *_MARIADB)
def _utc_now_on_mariadb(_element: utc_now, _compiler: Any, **_options: Any) -> str:
    return "utc_timestamp()"
