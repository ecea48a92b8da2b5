"""What the intakes of registers brought: asked of their table of batches, never of the records."""

from collections.abc import Iterable

from saola.server.registries.known import Known
from saola.server.registries.shared import Batch

ALL, SOME, NONE = "all", "some", ""


def invented(registers: Iterable[Known]) -> str:
    """Tell how much of the files that registers took in is invented: `ALL`, `SOME` or `NONE`.

    Args:
        registers: Which; a file of which nothing is in a register counts no more.
    """
    found = set()
    for each in registers:
        batches = each.make().batch.objects.using(each.name)
        counted = batches.filter(accepted__gt=0).exclude(state=Batch.State.UNDONE)
        found |= set(counted.values_list("invented", flat=True).distinct())
    if True not in found:
        return NONE
    return SOME if False in found else ALL
