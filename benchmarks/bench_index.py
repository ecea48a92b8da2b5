"""Figures of the index engine: `make bench-index` prints one a line, `name: value unit`.

COINr's times are those written down in the project's facts (R 4.2.2, 2 cores, one thread), since
CRAN cannot be reached from the machines this runs on; they are marked `quoted`.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from index_cases import ASEM, asem, communes
from index_cost import lines, measured, plot
from index_worlds import calibrate
from plain_coinr import nominal, ranks

from saola.index import build
from saola.index.drawn import intervals
from saola.index.sensitivity import sensitivity
from saola.index.study import Sample, vary

UNITS = (34, 193)
RATIOS = (0.1, 0.4, 0.8)


def best(work: Callable[[], object], rounds: int = 5) -> float:
    """Give the shortest of some rounds after one to warm up, in seconds."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def uncertainty_100() -> float:
    case = asem()
    return best(lambda: intervals(vary(*case, Sample(100, seed=1))))


def sobol_600() -> float:
    case = asem()
    return best(lambda: sensitivity(*case, Sample(100, seed=1)).frame())


def runs_60000() -> float:
    case = asem()
    return best(lambda: sensitivity(*case, Sample(10_000, seed=1)).frame())


def communes_10000() -> float:
    vary(*communes(64, 8), Sample(64, seed=1))
    case = communes()
    start = time.perf_counter()
    intervals(vary(*case, Sample(10_000, seed=1)))
    return time.perf_counter() - start


def communes_weights() -> float:
    case = communes(errors=False)
    return best(lambda: intervals(vary(*case, Sample(10_000, seed=1))), rounds=3)


ALONE = {
    "runs60000": runs_60000,
    "communes_10000_draws": communes_10000,
    "communes_weights_only": communes_weights,
}


def alone(name: str) -> tuple[float, float, float]:
    """Run one case in a process of its own; give seconds, peak MiB and processor seconds."""
    command = [sys.executable, __file__, "--case", name]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(told[0]), float(told[1]), float(told[2])


def main() -> None:
    table, tree, recipe = asem()
    built = build(table, tree, recipe)
    expected = nominal(ASEM)
    scores = dict(zip(built.units, built.column("Index"), strict=True))
    ranked = dict(zip(built.units, built.ranks().tolist(), strict=True))
    error = max(abs(scores[unit] - score) for unit, score in expected.items())
    print(f"asem_max_abs_error: {error:.3g} points")
    print(f"asem_rank_mismatches: {sum(ranked[u] != r for u, r in ranks(expected).items())} units")
    print(f"ua100_s: {uncertainty_100():.4f} s")
    print(f"sobol600_s: {sobol_600():.4f} s")
    print("coinr_ua100_s: 14.3 s quoted")
    print("coinr_sobol600_s: 67.8 s quoted")
    for name in ALONE:
        spent, peak, processor = alone(name)
        print(f"{name}_s: {spent:.3f} s")
        if name == "communes_10000_draws":  # once through, so that the two can be compared
            print(f"{name}_processor_s: {processor:.1f} s")
        if name != "communes_weights_only":
            print(f"{name}_peak_mib: {peak:.0f} MiB")
    told = measured()
    print("\n".join(lines(told)))
    plot(told)
    calibration()


def calibration() -> None:
    worst = 0.0
    for units in UNITS:
        for ratio in RATIOS:
            found = calibrate(units, ratio, worlds=1000, seed=20261121)
            worst = max(worst, found.distance)
            case = f"n{units}_r{ratio}"
            print(f"coverage_{case}: {found.coverage:.4f} share (se {found.stderr:.4f})")
            print(f"width_{case}: {found.width:.2f} ranks")
            print(f"naive_coverage_{case}: {found.naive_coverage:.4f} share")
            print(f"naive_width_{case}: {found.naive_width:.2f} ranks")
    print(f"pit_distance_max: {worst:.4f} share")


if __name__ == "__main__":
    if "--case" in sys.argv:
        seconds = ALONE[sys.argv[sys.argv.index("--case") + 1]]()
        peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(seconds, peak_mib, time.process_time())
    else:
        main()
