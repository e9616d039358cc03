"""Counts the SQL statements that a block runs, through SQLAlchemy and past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Engine


@contextmanager
def counted(*engines: Engine) -> Iterator[list[str]]:
    """Collect the SQL statements that run within the block; the beginnings and ends of transactions are left out."""
    statements: list[str] = []

    def noting(execute: Callable[..., Any]) -> Callable[..., Any]:
        def run(cursor: Any, statement: str, *rest: Any, **named: Any) -> Any:
            statements.append(statement)
            return execute(cursor, statement, *rest, **named)

        return run

    with ExitStack() as stack:
        for dialect in {engine.dialect for engine in engines}:
            for name in ("do_execute", "do_executemany", "do_execute_no_params"):
                stack.enter_context(patch.object(dialect, name, noting(getattr(dialect, name))))
        yield statements
