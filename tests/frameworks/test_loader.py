from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saola import frameworks
from saola.errors import InputError, InputErrors, SaolaError
from saola.frameworks.tree import points_of

HEAD = {
    "id": "t", "index": "t", "valid": ["2024"], "units": "XSA.P", "tie": "dense",
    "label": {"en": "T"}, "source": "invented",
}  # fmt: skip


def leaf(code: str, *parents: str, points: float = 10, **more: object) -> dict[str, Any]:
    return {"id": code, "parents": list(parents), "points": points, **more}


def codes(table: dict[str, Any]) -> set[str]:
    with pytest.raises(SaolaError) as caught:
        frameworks.read(table)
    error = caught.value
    return {fault.code for fault in getattr(error, "faults", [error])}


@pytest.mark.parametrize("code", sorted(frameworks.names()))
def test_every_shipped_framework_is_sound(code: str) -> None:
    """Each file of the catalogue loads, names its source and speaks three languages."""
    found = frameworks.framework(code)

    assert code == found.id
    assert {"vi", "en", "fr"} == {lang for lang, text in found.source.items() if text}
    for item in (*found.nodes, *found.indicators):
        assert {"vi", "en", "fr"} <= {lang for lang, text in item.label.items() if text}


def test_a_node_of_several_parents_counts_once_at_the_top() -> None:
    """Security belongs to three pillars, yet its points count once in the index."""
    found = frameworks.read(
        HEAD
        | {
            "node": [
                {"id": "top"},
                {"id": "government", "parents": ["top"]},
                {"id": "economy", "parents": ["top"]},
                {"id": "security", "parents": ["government", "economy"], "points": 100},
            ],
            "indicator": [
                leaf("drills", "security", points=1),
                leaf("audits", "security", points=3),
                leaf("trade", "economy", points=50),
            ],
        }
    )

    assert [[25, 75, 50], [25, 75, 0], [25, 75, 50], [25, 75, 0]] == points_of(found).tolist()


def test_unscored_items_have_a_value_but_count_nowhere() -> None:
    """A smart-city block is collected and shown; the index does not see it."""
    found = frameworks.read(
        HEAD
        | {
            "node": [{"id": "top"}, {"id": "smart", "parents": ["top"], "scored": False}],
            "indicator": [leaf("a", "top"), leaf("b", "smart"), leaf("c", "top", scored=False)],
        }
    )

    assert [[10, 0, 0], [0, 10, 0]] == points_of(found).tolist()


def test_all_faults_are_listed_at_once() -> None:
    """An unknown key, a missing one, a bad choice and a bad rule come in one error."""
    table = HEAD | {"tie": "best", "colour": "red", "node": [{"id": "top"}]}
    table["indicator"] = [leaf("a", "top", rule={"kind": "magic"})]
    del table["source"]

    assert {"choice-unknown", "key-unknown", "key-missing", "rule-kind-unknown"} <= codes(table)


@pytest.mark.parametrize(
    ("nodes", "leaves", "code"),
    [
        ([{"id": "top"}], [], "indicators-absent"),
        ([{"id": "a", "parents": ["a"]}], [leaf("x", "a")], "root-absent"),
        ([{"id": "top"}], [leaf("x", "nowhere")], "parent-unknown"),
        ([{"id": "top"}], [leaf("x")], "parent-absent"),
        ([{"id": "top"}], [leaf("top", "top")], "code-twice"),
        ([{"id": "top"}, {"id": "n", "parents": ["top"]}], [leaf("x", "top")], "node-childless"),
        ([{"id": "top"}], [leaf("x", "top", points=0)], "points-absent"),
        (
            [{"id": "top"}, {"id": "a", "parents": ["b"]}, {"id": "b", "parents": ["a"]}],
            [leaf("x", "top"), leaf("y", "a")],
            "tree-cycle",
        ),
        (
            [
                {"id": "top"},
                {"id": "a", "parents": ["top"], "points": 5},
                {"id": "b", "parents": ["top"]},
            ],
            [leaf("x", "a", "b")],
            "tree-ambiguous",
        ),
    ],
)
def test_faults_of_the_tree_are_named(
    nodes: list[dict[str, Any]], leaves: list[dict[str, Any]], code: str
) -> None:
    """Each way a tree can be wrong has its code."""
    assert code in codes(HEAD | {"node": nodes, "indicator": leaves})


def test_a_file_that_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    """The error names the file and what the parser met."""
    path = tmp_path / "bad.toml"
    path.write_text("id = [", encoding="utf-8")

    with pytest.raises(InputError, match=r"bad\.toml"):
        frameworks.load(path)


def test_an_unknown_code_names_the_known_ones() -> None:
    """The remedy is in the message."""
    with pytest.raises(InputError, match="un-egdi-2022"):
        frameworks.framework("un-egdi-1999")


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*HEAD, "node", "indicator", "input", "decimals"]), ANY))
def test_whatever_a_file_holds_the_loader_answers_with_named_faults(table: dict[str, Any]) -> None:
    """Malformed contents never lead to anything but an error of the catalogue."""
    with pytest.raises((InputError, InputErrors)):
        frameworks.read(table)
