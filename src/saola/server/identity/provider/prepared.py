"""Queries that are compiled once.

Django builds the SQL of a query anew each time it runs; on the endpoints that every sign-in
passes, that costs more than the database does. A prepared query keeps the compiled SQL and how
rows become objects, and takes new values each time. PostgreSQL keeps its plan too.

This leans on `django.db.models.sql.compiler`, which Django keeps stable in practice but does not
promise; `tests/identity/test_prepared.py` holds it to what plain querysets give.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


@contextmanager
def executed(using: str, sql: str, values: Sequence[Any]) -> Iterator[Any]:
    """Run a statement that will be run again with other values, and give its cursor.

    PostgreSQL parses and plans it once a connection, from its fifth run on. Django's own cursor
    writes values into the text, so that each run is new to it; it serves where queries are seen.

    Args:
        using: The database.
        sql: The statement, with a `%s` for each value.
        values: The values.
    """
    connection = connections[using]
    if connection.vendor != "postgresql" or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            yield cursor
        return
    from psycopg import Cursor  # noqa: PLC0415  (absent where there is no PostgreSQL)

    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(sql, values)
        yield cursor


class Prepared(Generic[M]):
    """A query whose filter takes other values each time; what order it gives rows in is not said.

    Args:
        make: Builds the queryset from marks, one for each value; the marks are strings or
            numbers that stand nowhere else in the query.
        marks: The marks.
    """

    def __init__(self, make: Callable[..., "models.QuerySet[M]"], *marks: Any) -> None:
        self.make = make
        self.marks = marks
        self.compiled: dict[tuple[str, bool], tuple[str, tuple[Any, ...], Any]] = {}

    def _compile(self, using: str, *, one: bool) -> tuple[str, tuple[Any, ...], Any]:
        rows = self.make(*self.marks).order_by().using(using)
        query = (rows[:1] if one else rows).query
        compiler = query.get_compiler(using)
        sql, parameters = compiler.as_sql()
        slots = tuple(
            (self.marks.index(value) if value in self.marks else None, value)
            for value in parameters
        )
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        populators = get_related_populators(  # type: ignore[call-arg]  # stubs of Django 6
            compiler.klass_info, compiler.select, using
        )
        info = compiler.klass_info
        fields = info["select_fields"]
        names = [compiler.select[place][0].target.attname for place in fields]
        build = (compiler, converters, populators, info["model"], fields, names)
        return sql, slots, build

    def first(self, *values: Any) -> M | None:
        """Run the query with values in place of the marks; give the object or None."""
        found = self._rows(values, one=True)
        return found[0] if found else None

    def every(self, *values: Any) -> list[M]:
        """Run the query with values in place of the marks; give all objects."""
        return self._rows(values, one=False)

    def _rows(self, values: tuple[Any, ...], *, one: bool) -> list[M]:
        using = self.using
        if (using, one) not in self.compiled:
            self.compiled[using, one] = self._compile(using, one=one)
        sql, slots, build = self.compiled[using, one]
        parameters = [value if place is None else values[place] for place, value in slots]
        with executed(using, sql, parameters) as cursor:
            rows = cursor.fetchall()
        return [self._built(list(row), build, using) for row in rows]

    @cached_property
    def using(self) -> str:
        """The database of the rows."""
        return str(router.db_for_read(self.make(*self.marks).model))

    def _built(self, row: list[Any], build: Any, using: str) -> M:
        _, converters, populators, model, fields, names = build
        connection = connections[using]
        for place, (functions, expression) in converters.items():
            value = row[place]
            for function in functions:
                value = function(value, expression, connection)
            row[place] = value
        made: M = model.from_db(using, names, row[fields[0] : fields[-1] + 1])
        for populator in populators:
            populator.populate(row, made)
        return made
