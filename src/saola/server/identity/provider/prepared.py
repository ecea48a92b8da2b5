"""Queries that are compiled once.

Django builds the SQL of a query anew each time it runs; on the endpoints that every sign-in
passes, that costs more than the database does. A prepared query keeps the compiled SQL and how
rows become objects, and takes new values each time.

This leans on `django.db.models.sql.compiler`, which Django keeps stable in practice but does not
promise; `tests/identity/test_prepared.py` holds it to what plain querysets give.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connections, models, router
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """A query that gives one object or none, by values of its filter.

    Args:
        make: Builds the queryset from marks, one for each value; the marks are strings or
            numbers that stand nowhere else in the query.
        marks: The marks.
    """

    def __init__(self, make: Callable[..., "models.QuerySet[M]"], *marks: Any) -> None:
        self.make = make
        self.marks = marks
        self.compiled: dict[str, tuple[str, tuple[Any, ...], Any]] = {}

    def _compile(self, using: str) -> tuple[str, tuple[Any, ...], Any]:
        query = self.make(*self.marks).order_by().using(using)[:1].query
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
        using = router.db_for_read(self.make(*self.marks).model)
        if using not in self.compiled:
            self.compiled[using] = self._compile(using)
        sql, slots, build = self.compiled[using]
        parameters = [value if place is None else values[place] for place, value in slots]
        with connections[using].cursor() as cursor:
            cursor.execute(sql, parameters)
            row = cursor.fetchone()
        return None if row is None else self._built(list(row), build, using)

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
