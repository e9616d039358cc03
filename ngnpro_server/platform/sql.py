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


def spell(function: type[GenericFunction[Any]], sqlite: str, postgresql: str = "", mariadb: str = "") -> None:
    """Say how a function is written on each kind of database, with its arguments as ``{0}`` and ``{1}``.

    A database for which nothing is said takes what SQLite takes.
    """

    def compile_to(template: str, *dialects: str) -> None:
        @compiles(function, *dialects)
        def compiled(element: GenericFunction[Any], compiler: Any, **options: Any) -> str:
            return template.format(*(compiler.process(clause, **options) for clause in element.clauses))

    compile_to(sqlite)
    if postgresql:
        compile_to(postgresql, "postgresql")
    if mariadb:
        compile_to(mariadb, "mysql", "mariadb")


spell(
    whole,
    "CAST({0} AS INTEGER)",
    # only a short text becomes INT and not BIGINT
    mariadb="CAST(CAST({0} AS CHAR(9)) AS SIGNED)",
)
spell(after_at, "substr({0}, instr({0}, '@') + 1)", postgresql="substr({0}, strpos({0}, '@') + 1)")
spell(
    joined,
    # SQLite has no order within an aggregate yet; it goes through the rows in the order of the subquery they come from
    "group_concat({0}, ',')",
    postgresql="string_agg({0}, ',' ORDER BY {1})",
    mariadb="group_concat({0} ORDER BY {1} SEPARATOR ',')",
)
# SQLite and MariaDB read the words as a JSON array.
_ARRAY = """'["' || replace({0}, ' ', '","') || '"]'"""
spell(
    nth_word,
    f"coalesce(json_extract({_ARRAY}, '$[' || {{1}} || ']'), '')",
    postgresql="split_part({0}, ' ', {1} + 1)",
    mariadb="""coalesce(json_value(concat('["', replace({0}, ' ', '","'), '"]'), concat('$[', {1}, ']')), '')""",
)
spell(utc_now, "datetime('now')", postgresql="timezone('UTC', now())", mariadb="utc_timestamp()")
