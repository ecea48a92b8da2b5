import os
from pathlib import Path

import pytest

from saola.errors import InputError, StateError
from saola.workspace import Workspace, whole


def test_a_workspace_is_one_folder_with_settings(tmp_path: Path) -> None:
    """What is made can be opened, and says its country and name."""
    Workspace.create(tmp_path / "home", country="XSA", label={"en": 'The "first"', "vi": "Đầu"})

    found = Workspace.open(tmp_path / "home")
    assert ("XSA", {"en": 'The "first"', "vi": "Đầu"}) == (found.country, found.label)
    assert "VNM" in found.units


def test_an_empty_folder_is_no_workspace(tmp_path: Path) -> None:
    """The error names the remedy."""
    with pytest.raises(StateError, match="saola new"):
        Workspace.open(tmp_path)


def test_a_workspace_is_not_made_twice(tmp_path: Path) -> None:
    """What is there is not overwritten."""
    Workspace.create(tmp_path, country="XSA", label={})

    with pytest.raises(StateError):
        Workspace.create(tmp_path, country="XSB", label={})
    assert "XSA" == Workspace.open(tmp_path).country


def test_a_folder_of_other_things_is_left_alone(tmp_path: Path) -> None:
    """A workspace never moves in beside someone's files; a server's own files are no hindrance."""
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(StateError, match=r"thesis\.docx"):
        Workspace.create(tmp_path, country="XSA", label={})
    (tmp_path / "thesis.docx").rename(tmp_path / "secret.key")

    assert "XSA" == Workspace.create(tmp_path, country="XSA", label={}).country


def test_malformed_settings_are_named(tmp_path: Path) -> None:
    """The error holds the place of the file."""
    (tmp_path / "saola.toml").write_text("country = [", encoding="utf-8")

    with pytest.raises(InputError, match=r"saola\.toml"):
        Workspace.open(tmp_path)


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """A fault in the middle of writing leaves the old contents and no litter."""
    home = Workspace.create(tmp_path, country="XSA", label={})
    path = home.folder("files") / "a.txt"
    path.write_text("old", encoding="utf-8")

    def break_off() -> None:
        with home.writing(path) as part:
            part.write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        break_off()

    assert ["old"] == [each.read_text(encoding="utf-8") for each in path.parent.iterdir()]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_file_is_not_opened_to_more_than_the_umask_lets(
    tmp_path: Path, umask: int, mode: int
) -> None:
    """Whoever keeps their files to themselves keeps those of a workspace, too."""
    before = os.umask(umask)
    try:
        with whole(tmp_path / "a.txt") as part:
            part.write_text("new", encoding="utf-8")
    finally:
        os.umask(before)

    assert mode == (tmp_path / "a.txt").stat().st_mode & 0o777
