import polars as pl
import pytest

from saola.errors import InputError
from saola.linkage import engine, model, scoring, synthetic
from saola.linkage.linkage import PAIRS, Linkage
from saola.linkage.training import Weights

PERSON = model.load("person")


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    """Some thousand invented records."""
    return synthetic.people(6_000, seed=3)


@pytest.fixture(scope="module")
def found(people: pl.DataFrame) -> Linkage:
    """Their linkage."""
    return engine.link(people, model=PERSON, seed=1)


def _of(*pairs: tuple[int, int, float], rows: int, files: int = 1) -> Linkage:
    frame = pl.DataFrame(
        [(str(a), str(b), a, b, p, 0.0, "") for a, b, p in pairs], schema=PAIRS, orient="row"
    )
    return Linkage(frame, PERSON, Weights({}, {}, 0.0), rows, files, 1)


def test_the_same_seed_gives_the_same_people() -> None:
    """Invented people depend on their number and seed alone."""
    assert synthetic.people(500, seed=9).equals(synthetic.people(500, seed=9))


def test_faults_come_as_often_as_asked() -> None:
    """The shares of second records and of missing old numbers are those asked for."""
    frame = synthetic.people(20_000, seed=5)

    assert 22_000 == frame.height
    assert 0.4 == pytest.approx(frame["old_number"].null_count() / frame.height, abs=0.02)


def test_too_few_people_are_refused() -> None:
    """One person has no one to be mistaken for."""
    with pytest.raises(InputError):
        synthetic.people(1, seed=1)


def test_duplicates_of_vietnamese_people_are_found(people: pl.DataFrame, found: Linkage) -> None:
    """Second records without tones, with typing and date errors are found, others are not."""
    reached = scoring.score(found.accepted(), scoring.true_rows(people))

    assert reached.precision > 0.93  # a small file hardly shows how rare namesakes are
    assert reached.recall > 0.97


def test_keys_decide_first(people: pl.DataFrame, found: Linkage) -> None:
    """Records with one old number are a pair whatever the weights say, and the key is named."""
    keyed = found.pairs.filter(pl.col("key") == "old_number")

    assert keyed.height > 100
    assert 1.0 == keyed["probability"].min()
    assert 1.0 == scoring.score(keyed, scoring.true_rows(people)).precision


def test_the_size_of_the_task_is_known_without_truth(people: pl.DataFrame, found: Linkage) -> None:
    """Two independent ways to find pairs tell how many there are."""
    truth = scoring.true_rows(people).height
    assert truth == pytest.approx(found.weights.expected, rel=0.1)


def test_linking_twice_gives_the_same_pairs(people: pl.DataFrame, found: Linkage) -> None:
    """The same file and seed give the same pairs, on one thread as on many."""
    again = engine.link(people, model=PERSON, seed=1, threads=1)
    on = ["left", "right", "probability"]

    left, right = (item.pairs.select(on).sort(on[:2]) for item in (found, again))
    assert left.select(on[:2]).equals(right.select(on[:2]))
    assert (left["probability"] - right["probability"]).abs().max() < 1e-9  # type: ignore[operator]  # a float, as both are


def test_between_two_files_a_record_has_one_partner() -> None:
    """A record keeps its best partner only, where that partner has none better."""
    pairs = _of((0, 2, 0.99), (1, 2, 0.95), (1, 3, 0.9), rows=4, files=2).accepted(0.5)

    assert [("0", "2"), ("1", "3")] == pairs.select("left", "right").rows()


def test_clusters_close_over_pairs() -> None:
    """If a is b and b is c, then a is c."""
    closed = _of((0, 1, 0.9), (1, 2, 0.9), (3, 4, 0.2), rows=5).closed(0.5)

    assert [(0, 1), (0, 2), (1, 2)] == sorted(closed.rows())


def test_the_threshold_weighs_what_is_won_against_what_is_lost() -> None:
    """Without truth, the cut lies where the expected F1 is highest."""
    pairs = _of((0, 1, 0.99), (2, 3, 0.9), (4, 5, 0.05), (6, 7, 0.04), rows=8)

    assert 0.9 == pairs.threshold()
    assert [0.05, 0.04] == pairs.review(0.01, 0.9)["probability"].to_list()
    assert 0.99 == pairs.merge_threshold(0.98)


def test_nothing_found_is_an_answer() -> None:
    """A linkage without pairs has a threshold and no clusters of two."""
    empty = _of(rows=3)

    assert 0.5 == empty.threshold()
    assert 1.0 == empty.merge_threshold()
    assert 0 == empty.closed().height


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (pl.DataFrame({"name": ["a"]}), "link-column-missing"),
        (synthetic.people(2, seed=1).clear(), "link-file-empty"),
    ],
)
def test_a_file_that_cannot_be_linked_is_refused(frame: pl.DataFrame, code: str) -> None:
    """Missing columns and empty files are faults of the input."""
    with pytest.raises(InputError) as caught:
        engine.link(frame, model=PERSON, seed=1)

    assert code == caught.value.code


def test_a_file_of_one_record_has_no_pair() -> None:
    """One record can be nobody else's."""
    found = engine.link(synthetic.people(2, seed=1).head(1), model=PERSON, seed=1)

    assert 0 == found.pairs.height
