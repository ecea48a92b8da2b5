"""The figures of `saola.connect`, one line each: `name: value unit`.

Run by `make bench-connect`; `bench_connect.py NAME …` runs the figures whose names begin so.
"""

import sys

import connect_planning
import connect_radio

FIGURES = [*connect_radio.FIGURES, *connect_planning.FIGURES]


def main(wanted: list[str]) -> None:
    for name, figure in FIGURES:
        if not wanted or any(name.startswith(start) for start in wanted):
            for line in figure():
                print(line, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
