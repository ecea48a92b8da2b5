"""Files in which keys find too few pairs to learn from, above all those without doubles."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from saola.linkage import engine, model, scoring, synthetic, training
from saola.linkage.agreement import agreements, equal_share
from saola.linkage.levels import KINDS, levels
from saola.linkage.linkage import Linkage
from saola.linkage.weighing import settings

PERSON = model.load("person")
ALONE = synthetic.Faults(duplicated=0.0, namesakes=0.0)


@pytest.fixture(scope="module", autouse=True)
def _fewer_strangers() -> Iterator[None]:
    """Draw a fifth of the random pairs: most of the time goes into them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "RANDOM_PAIRS", 100_000)
        yield


def _surest_stranger(found: Linkage, people: pl.DataFrame) -> float:
    truth, on = scoring.true_rows(people), ["left_row", "right_row"]
    return found.pairs.join(truth, on=on, how="anti")["probability"].max() or 0.0  # type: ignore[return-value]  # a float column


def _with_twins(people: pl.DataFrame, share: float) -> pl.DataFrame:
    """Give some a twin: family name, birth date, commune and sex alike, numbers in a row."""
    random = np.random.default_rng(1)
    first = people.sample(int(share * people.height), seed=1)
    family = first["name"].str.extract(r"^(\S+)").to_numpy()
    names = synthetic.draw_names((first["sex"] == "F").to_numpy(), random, family=family)
    second = first.with_columns(
        pl.col("record", "person") + 10**6,
        name=pl.Series(names, dtype=pl.String),
        old_number=(pl.col("old_number").cast(pl.Int64) + 1).cast(pl.String),
    )
    return pl.concat([people, second])


def test_a_file_without_doubles_has_no_probable_pair() -> None:
    """Among 28,000 people of whom nobody is there twice, no two are taken for one."""
    people = synthetic.people(28_000, seed=1, faults=ALONE)

    found = engine.link(people, model=PERSON, seed=1)

    assert _surest_stranger(found, people) < 0.5
    assert 0 == found.accepted().height
    assert found.weights.expected < 3


def test_files_without_a_person_in_common_have_no_probable_pair() -> None:
    """Two files of strangers, one much larger than the other, have no links."""
    people = synthetic.people(12_000, seed=2, faults=ALONE)

    found = engine.link(people.head(11_000), people.slice(11_000), model=PERSON, seed=1)

    assert 0 == found.accepted().height


def test_namesakes_and_twins_are_not_taken_for_one_person() -> None:
    """Strangers who share a birth date more often than chance has it weaken what it says."""
    faults = synthetic.Faults(duplicated=0.0, namesakes=0.01)
    people = _with_twins(synthetic.people(10_000, seed=3, faults=faults), share=0.01)

    found = engine.link(people, model=PERSON, seed=1)

    assert _surest_stranger(found, people) < 0.9
    assert max(found.weights.crowding) > 10


@pytest.mark.parametrize("lacking", [0.4, 1.0])
def test_few_doubles_are_found(lacking: float) -> None:
    """Five doubles among 5,000, with or without old numbers, are found, and strangers are not."""
    faults = synthetic.Faults(duplicated=0.001, namesakes=0.0, no_old_number=lacking)
    people = synthetic.people(5_000, seed=1, faults=faults)

    found = engine.link(people, model=PERSON, seed=1)

    reached = scoring.score(found.accepted(), scoring.true_rows(people))
    assert reached.recall >= 0.8
    assert 1.0 == reached.precision


def test_many_doubles_without_any_number_are_found() -> None:
    """Where no record has the key, witness and blocks tell how many pairs there are."""
    people = synthetic.people(4_000, seed=5, faults=synthetic.Faults(no_old_number=1.0))

    found = engine.link(people, model=PERSON, seed=1)

    truth = scoring.true_rows(people)
    assert found.weights.assumed
    assert truth.height == pytest.approx(found.weights.expected, rel=0.25)
    assert scoring.score(found.accepted(), truth).f1 > 0.95


def test_a_model_without_keys_and_witness_tells_by_its_blocks() -> None:
    """What agrees beyond chance on blocks bounds how many pairs there are."""
    bare = replace(PERSON, keys=(), witness=())
    people = synthetic.people(4_000, seed=6)

    found = engine.link(people, model=bare, seed=1)

    assert scoring.score(found.accepted(), scoring.true_rows(people)).f1 > 0.9


def test_a_model_without_blocks_is_weighed_as_assumed() -> None:
    """Where no block is counted the weights are no less assumed, and what is doubtful is left."""
    people = synthetic.people(200, seed=1)

    found = engine.link(people, model=replace(PERSON, blocks=()), seed=1)

    assert found.weights.assumed
    assert found.accepted()["probability"].min() >= 0.5  # type: ignore[operator]  # a float column


@pytest.mark.parametrize("kind", KINDS)
def test_shipped_shares_are_of_the_levels_of_their_kind(kind: str) -> None:
    """Every kind has a share for each level, in their order, and shares add up to one."""
    shipped = agreements(kind)

    assert [*(level.id for level in levels(kind, "x")), "else"] == [one.level for one in shipped]
    assert 1.0 == pytest.approx(sum(one.share for one in shipped))


def test_a_part_of_a_name_is_equal_more_often_than_the_name() -> None:
    """Levels that keep a derived part count for it; a column of no model is no evidence."""
    m = {column: tuple(one.share for one in agreements(kind))
         for column, kind in PERSON.columns.items()}  # fmt: skip

    assert 0.55 == equal_share("name", PERSON, m)
    assert 0.845 == pytest.approx(equal_share("name_folded", PERSON, m))
    assert 0.98 > equal_share("born_year", PERSON, m) > 0.82


def test_learnt_weights_take_the_blocks_as_they_are() -> None:
    """Only a file that shows too few pairs has its blocks weakened."""
    found = engine.link(synthetic.people(3_000, seed=7), model=PERSON, seed=1)

    assert not found.weights.assumed
    said = settings(PERSON, found.weights, [3_300])
    assert list(PERSON.columns) == [each["output_column_name"] for each in said["comparisons"]]
