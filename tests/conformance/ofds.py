"""Hold a plan's `ofds.json` against the standard's own schema, and write what was found.

    make conformance-ofds SUITE=DIR

DIR is a checkout of Open-Telecoms-Data/open-fibre-data-standard at the version the plan names
(0__3__0); PLAN=FILE takes the `ofds.json` of a plan at hand instead of that of an invented region.
The standard's own invalid example shows that the schema bites, its valid ones that we read them.
"""

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from checkout import commit
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from saola.connect.backhaul import fibre

OUT = Path(__file__).parents[2] / "docs/conformance/ofds.md"
VALID = ("network-package", "multiple-networks")
INVALID = "network-package-invalid"


def main() -> int:
    """Validate, write the page, and tell by the exit code whether all held."""
    suite = Path(os.environ["SUITE"])
    schema, network = (
        json.loads((suite / "schema" / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("network-package-schema", "network-schema")
    )
    registry = Registry().with_resources(
        [(each["$id"], Resource.from_contents(each)) for each in (schema, network)]
    )
    check = Draft202012Validator(schema, registry=registry)
    plan = _plan()
    rows = [("a plan's `ofds.json`", "is valid", _faults(check, plan) + _loose(plan))]
    for name in VALID:
        package = json.loads((suite / f"examples/json/{name}.json").read_text(encoding="utf-8"))
        rows.append((f"`{name}.json`", "is valid", _faults(check, package)))
    read = fibre.read(suite / f"examples/json/{VALID[0]}.json")
    held = [] if read.lines or len(read.nodes) else ["nothing read"]
    rows.append((f"`{VALID[0]}.json`", "is read", held))
    broken = json.loads((suite / "examples/json" / f"{INVALID}.json").read_text(encoding="utf-8"))
    found = [] if _faults(check, broken) else ["not refused"]
    rows.append((f"`{INVALID}.json`", "is refused by the schema", found))
    _write(suite, plan, rows)
    return int(any(faults for _, _, faults in rows))


def _plan() -> dict[str, Any]:
    """Give the package of a plan at hand, or that of an invented region planned for this."""
    if os.environ.get("PLAN"):
        return dict(json.loads(Path(os.environ["PLAN"]).read_text(encoding="utf-8")))
    saola = Path(sys.executable).with_name("saola")
    with tempfile.TemporaryDirectory() as folder:
        land = f"{folder}/valley"
        for line in (
            ["invent", land, "--settlements", "40"],
            ["plan", f"{land}/plan.toml", "-o", f"{land}/plan"],
        ):
            subprocess.run([str(saola), "connect", *line], check=True, capture_output=True)
        text = Path(land, "plan/ofds.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _faults(check: Draft202012Validator, package: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:120]}" for error in check.iter_errors(package)]


def _loose(package: dict[str, Any]) -> list[str]:
    """Find what a schema cannot say: identifiers used twice, spans whose ends are no node."""
    faults = []
    for network in package["networks"]:
        nodes = [node["id"] for node in network.get("nodes", [])]
        spans = [span["id"] for span in network.get("spans", [])]
        faults += [f"id twice: {one}" for one in {*nodes} if nodes.count(one) > 1]
        faults += [f"id twice: {one}" for one in {*spans} if spans.count(one) > 1]
        for span in network.get("spans", []):
            faults += [
                f"{span['id']}: {end} is no node"
                for end in ("start", "end")
                if span[end] not in nodes
            ]
    return faults


def _write(suite: Path, plan: dict[str, Any], rows: list[tuple[str, str, list[str]]]) -> None:
    spans = sum(len(network.get("spans", [])) for network in plan["networks"])
    nodes = sum(len(network.get("nodes", [])) for network in plan["networks"])
    passed = sum(not faults for _, _, faults in rows)
    named = os.environ.get("COMMIT") or commit(suite)
    head = (
        f"Suite: `Open-Telecoms-Data/open-fibre-data-standard` at `{named}` (0.3), "
        f"{dt.datetime.now(dt.UTC):%Y-%m-%d}: **{passed} of {len(rows)} hold**. The plan has "
        f"{nodes} nodes and {spans} spans; beyond the schema, ids are unique and every span ends "
        "at a node."
    )
    told = [
        "# Open Fibre Data Standard: the standard's own schema",
        "",
        head,
        "",
        "| what | must | result |",
        "|---|---|---|",
        *(f"| {what} | {must} | {'; '.join(faults) or 'holds'} |" for what, must, faults in rows),
        "",
    ]
    OUT.write_text("\n".join(told), encoding="utf-8")
    sys.stdout.write("\n".join(told))


if __name__ == "__main__":
    sys.exit(main())
