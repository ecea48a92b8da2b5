"""What stands in `deploy/`: the install script as it is run, and the files of the system."""

import configparser
import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
GUIDES = ROOT / "docs" / "guides"
PROGRAM = "def main():\n    print('saola 9.9.9')\n"


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    """Write a wheel of a few Python files."""
    info = f"{name}-{version}.dist-info"
    members = files | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{member},,\n" for member in [*members, f"{info}/RECORD"])
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for member, text in members.items():
            packed.writestr(member, text)
        packed.writestr(f"{info}/RECORD", record)
    return path


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A bundle of two small wheels, made as `make bundle` makes the real one."""
    folder = tmp_path / "bundle"
    (folder / "wheels").mkdir(parents=True)
    part = wheel(folder / "wheels", "part", "1.0", {"part.py": "WHOLE = True\n"})
    scripts = "[console_scripts]\nsaola = saola_program:main\n"
    wheel(folder, "saola", "9.9.9", {
        "saola_program.py": PROGRAM, "saola-9.9.9.dist-info/entry_points.txt": scripts,
    })  # fmt: skip
    digest = hashlib.sha256(part.read_bytes()).hexdigest()
    (folder / "run.txt").write_text(f"part==1.0 --hash=sha256:{digest}\n", encoding="utf-8")
    (folder / "install.sh").write_bytes((DEPLOY / "install.sh").read_bytes())
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}\n"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


def install(bundle: Path, target: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", bundle / "install.sh", target],
        env={"PATH": "/usr/bin:/bin", "PYTHON": sys.executable, "HOME": str(bundle.parent)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_script_installs_from_the_folder_alone(bundle: Path, tmp_path: Path) -> None:
    """Parts and program are installed without a network, and again over what is there."""
    target = tmp_path / "opt"

    for _ in range(2):
        done = install(bundle, target)
        assert (0, "saola 9.9.9\n") == (done.returncode, done.stdout), done.stderr
    whole = [target / "bin/python", "-c", "import part; print(part.WHOLE)"]
    assert "True\n" == subprocess.run(whole, capture_output=True, text=True, check=True).stdout


def test_a_damaged_bundle_installs_nothing(bundle: Path, tmp_path: Path) -> None:
    """One changed byte in any file stops the script before it has made anything."""
    target = tmp_path / "opt"
    changed = bundle / "wheels" / "part-1.0-py3-none-any.whl"
    changed.write_bytes(changed.read_bytes() + b" ")

    done = install(bundle, target)

    assert 5 == done.returncode
    assert "Nothing was installed" in done.stderr
    assert not target.exists()


@pytest.mark.parametrize("name", ["saola.service", "saola-backup.service", "saola-backup.timer"])
def test_units_of_systemd_are_well_formed_and_shown_in_the_guide(name: str) -> None:
    """Each unit file parses, and the guide shows the file itself."""
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # keys keep their case
    parser.read(DEPLOY / name, encoding="utf-8")

    assert parser.has_section("Unit")
    assert f"../../deploy/{name}" in (GUIDES / "operation.md").read_text(encoding="utf-8")


def test_every_file_named_in_the_guides_exists() -> None:
    """A literal include never points at nothing."""
    for guide in GUIDES.glob("*.md"):
        for path in re.findall(r"\{literalinclude\} (\S+)", guide.read_text(encoding="utf-8")):
            assert (guide.parent / path).resolve().is_file(), f"{guide.name}: {path}"


def test_commands_of_the_units_exist() -> None:
    """A unit calls only verbs and options that the command has."""
    said = (DEPLOY / "saola.service").read_text(encoding="utf-8")
    verb = re.search(r"saola --home \S+ (\w+) (.*)", said)
    assert verb is not None
    done = subprocess.run(
        [Path(sys.executable).with_name("saola"), verb[1], "--help"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert all(option in done.stdout for option in re.findall(r"--[a-z]+", verb[2]))
