"""`saola connect loss`."""

import json
from pathlib import Path

import pytest

from saola.cli import main
from saola.connect.radio.p1812 import logs
from saola.errors import InputError

HEAD = """here
Tx LAT:,16.0
Tx LON:,107.0
Rx LAT:,16.1
Rx LON:,107.0
Average annual values dN (N-units/km):,45
Average annual sea-level surface refractivity No (N-units):,360
{Begin of Profile},
Number of Points:,4
0,10,2,0,4
4,60,2,10,4
8,30,2,10,4
11.1,12,2,0,4
{End of Profile}
{Begin of Measurements},
"""
ROW = "700,30,,1.5,2,,,,,,,,30,,50,,,"
TAIL = "\n{End of Measurements},\n"


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """A small file in the validation format with one case of no known loss."""
    path = tmp_path / "small.csv"
    path.write_text(HEAD + ROW + TAIL)
    return path


def printed(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Run the verb and give what it printed."""
    with pytest.raises(SystemExit) as left:
        main(["connect", "loss", *args])
    captured = capsys.readouterr()
    assert 0 == (left.value.code or 0), captured.err
    return captured.out


def failed(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    """Run the verb, which must fail for its input, and give what it said."""
    with pytest.raises(SystemExit) as left:
        main(["connect", "loss", *args])
    assert 2 == left.value.code
    return capsys.readouterr().err


def test_json_holds_every_value(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    """JSON gives the loss, the rows of a log and all intermediates of each case."""
    (case,) = json.loads(printed(capsys, str(profile), "--json"))

    assert case["loss_db"] == case["intermediates"]["lb"]
    assert 51 == len(case["log"])
    assert case["published_db"] is None


def test_options_replace_the_file_s_values(
    capsys: pytest.CaptureFixture[str], profile: Path
) -> None:
    """Each option stands in for the value of the file."""
    (case,) = json.loads(
        printed(
            capsys, str(profile), "--json", "--case", "0", "--frequency", "3500", "--time", "10",
            "--polarisation", "horizontal", "--receiver", "10",
        )
    )  # fmt: skip

    assert (3.5e9, 10, False) == tuple(
        case["signal"][key] for key in ("frequency_hz", "time", "vertical")
    )
    assert 10 == case["antennas"]["receiver_m"]


def test_tables_speak_the_reader_s_language(
    capsys: pytest.CaptureFixture[str], profile: Path
) -> None:
    """The table's title is Vietnamese for a Vietnamese reader; all values come on request."""
    with pytest.raises(SystemExit):
        main(["--lang", "vi", "connect", "loss", str(profile)])
    assert "Suy hao truyền dẫn cơ bản" in capsys.readouterr().out
    main_out = printed(capsys, str(profile), "--all")
    assert "Eq (61)" in main_out


def test_faults_are_named(capsys: pytest.CaptureFixture[str], profile: Path) -> None:
    """A wrong case, a wrong frequency and a missing file each say what to mend."""
    assert "profile-case-unknown" in failed(capsys, str(profile), "--case", "5")
    assert "radio-out-of-range" in failed(capsys, str(profile), "--frequency", "18000")
    assert "profile-file-missing" in failed(capsys, str(profile) + "x")


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("{End of Profile}", "", "profile-section-missing"),
        ("Tx LAT:,16.0\n", "", "profile-key-missing"),
        ("4,60,2,10,4", "4,abc,2,10,4", "profile-number"),
        ("4,60,2,10,4", "4,60", "profile-number"),
        (ROW, "700,30", "profile-number"),
    ],
)
def test_a_malformed_file_is_named(tmp_path: Path, old: str, new: str, code: str) -> None:
    """Each fault of a file in the validation format has its own error."""
    path = tmp_path / "bad.csv"
    path.write_text((HEAD + ROW + TAIL).replace(old, new))

    with pytest.raises(InputError) as caught:
        logs.read(path)
    assert code == caught.value.code
