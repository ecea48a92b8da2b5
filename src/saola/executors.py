"""Who makes the calls of divided work: this process in turn, a pool of it, or a Spark cluster."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from functools import partial
from typing import Any, TypeVar

from saola.errors import DependencyError

T = TypeVar("T")
Task = TypeVar("Task")


def answers(pool: Executor | None, call: Callable[[Task], T], tasks: Iterable[Task]) -> Iterator[T]:
    """Make one call a task, and give what each gives as it is done.

    Args:
        pool: What makes the calls; None for this process, one after another.
        call: A function that other processes can import.
        tasks: Begun in this order; where one fails or the caller stops, the rest are dropped.
    """
    if pool is None:
        yield from map(call, tasks)
        return
    waiting = [pool.submit(call, task) for task in tasks]
    try:
        for one in as_completed(waiting):
            yield one.result()
    finally:
        for one in waiting:
            one.cancel()


class Spark(Executor):
    """Calls that a Spark cluster makes, each a job of one task.

    What a call needs and gives travels pickled; the folders that a task reads and is kept in must
    be at the same path on every machine, and Saola installed there as it is here. A task whose
    machine is lost is given to another, where it goes on from what is kept.

    Args:
        master: Where the cluster answers, such as `spark://host:7077`; `local[4]` for four threads
            of this machine.

    Raises:
        DependencyError: `spark-missing` without PySpark; `spark-unreachable` where Java or the
            cluster does not answer.
    """

    def __init__(self, master: str) -> None:
        try:
            from pyspark.sql import SparkSession  # noqa: PLC0415  (an extra)
        except ImportError as error:
            raise DependencyError("spark-missing", found=error.name) from error
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        plain = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
        try:
            named = SparkSession.builder.master(master).appName("saola")
            self._session = named.config(map=plain).getOrCreate()
            count = self._session.sparkContext.defaultParallelism
        except Exception as error:  # PySpark and its gateway fail in many ways, all before a task
            raise DependencyError("spark-unreachable", where=master, found=error) from error
        self._threads = ThreadPoolExecutor(max(count, 2), thread_name_prefix="spark")

    def submit(self, call: Callable[..., T], /, *args: Any, **options: Any) -> "Future[T]":
        """Have a call made on the cluster."""
        return self._threads.submit(self._done, partial(call, *args, **options))

    def _done(self, call: Callable[[], T]) -> T:
        found: T = self._session.sparkContext.parallelize([call], 1).map(_made).first()
        return found

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  (as `Executor`)
        """Wait for calls under way and leave the cluster."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        self._session.stop()


def _made(call: Callable[[], T]) -> T:
    return call()
