"""A linkage in partitions against that of the same file in one piece."""

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from saola.errors import InputError
from saola.executors import Spark, answers
from saola.linkage import engine, model, partitions, synthetic, training
from saola.linkage.levels import determined
from saola.linkage.linkage import Linkage
from saola.linkage.partitions import tasks
from saola.linkage.partitions.passes import Pass, passes
from saola.progress import Progress

PERSON = model.load("person")
MANY, FEW = synthetic.people(8_000, seed=3), synthetic.people(3_000, seed=5)


@pytest.fixture(scope="module", autouse=True)
def _few_strangers() -> Iterator[None]:
    """Draw fewer random pairs: how many there are is the same in one piece and in partitions."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(training, "RANDOM_PAIRS", 20_000)
        yield


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Linkage]:
    """A file of 3,300 records and its pairs in one piece."""
    file = tmp_path_factory.mktemp("few") / "few.parquet"
    FEW.write_parquet(file)
    return file, engine.link(FEW, model=PERSON, seed=1)


def parted(folder: Path, *frames: pl.DataFrame, parts: int = 2, kind: str = "parquet") -> Linkage:
    files = [folder / f"{place}.{kind}" for place in range(len(frames))]
    for frame, file in zip(frames, files, strict=True):
        frame.write_csv(file) if kind == "csv" else frame.write_parquet(file)
    return partitions.link_files(files, folder / "kept", model=PERSON, seed=1, parts=parts)


def same(one: Linkage, other: Linkage) -> bool:
    """Tell whether two linkages have the same pairs, scores, order and weights, to the last bit."""
    return one.pairs.equals(other.pairs) and one.weights == other.weights


def test_partitions_find_the_pairs_of_one_piece(tmp_path: Path) -> None:
    """Pairs, scores, keys and weights of 8,800 records are those of one piece."""
    whole, found = engine.link(MANY, model=PERSON, seed=1), parted(tmp_path, MANY)

    assert not found.weights.assumed
    assert same(whole, found)
    assert 600 < found.accepted().height


def test_between_two_files_partitions_find_the_same(tmp_path: Path) -> None:
    """Two files, as CSV, give the pairs of one piece, under the names that the files use."""
    people = synthetic.people(7_000, seed=6)
    left, right = people.head(4_000), people.slice(4_000)

    found = parted(tmp_path, left, right, kind="csv")

    assert not found.weights.assumed
    assert same(engine.link(left, right, model=PERSON, seed=1), found)
    assert set(found.pairs["right"]) <= set(right["record"].cast(pl.String))


def test_few_pairs_are_weighed_as_in_one_piece(tmp_path: Path) -> None:
    """Where keys find too few pairs the census of all partitions is that of one piece."""
    people = synthetic.people(1_000, seed=4)

    found = parted(tmp_path, people)

    assert found.weights.assumed
    assert same(engine.link(people, model=PERSON, seed=1), found)


def cut_at(step: int) -> Progress:
    """Make a progress that cuts the run short."""

    def told(done: int, _total: int) -> None:
        if done == step:
            raise KeyboardInterrupt

    return told


def test_a_run_cut_short_goes_on(tmp_path: Path, few: tuple[Path, Linkage]) -> None:
    """What was done is not done again, and the pairs are those of an undisturbed run."""
    file, whole = few
    kept = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        partitions.link_files([file], kept, model=PERSON, seed=1, parts=2, progress=cut_at(9))
    done = {each: each.stat().st_mtime_ns for each in kept.rglob("*.parquet")}

    found = partitions.link_files([file], kept, model=PERSON, seed=1, parts=2)

    assert done
    assert done == {each: each.stat().st_mtime_ns for each in done}
    assert same(whole, found)


def test_what_was_kept_of_other_choices_is_not_used(
    tmp_path: Path, few: tuple[Path, Linkage]
) -> None:
    """A changed file, seed, model or number of partitions begins anew."""
    file, whole = few
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "mark.json").write_text('"of other choices"', encoding="utf-8")
    (kept / "settings.json").write_text("{}", encoding="utf-8")

    found = partitions.link_files([file], kept, model=PERSON, seed=1, parts=1)

    assert same(whole, found)


def test_persons_are_parted_by_birth_year_and_commune_and_across_them() -> None:
    """Blocks that hold both meet by birth year and commune, others by name or number."""
    assert [
        Pass(("born_year", "commune"), blocks=(0, 3), witness=True),
        Pass(("name_folded",), blocks=(1, 2)),
        Pass(("old_number",), blocks=(4,), keys=(0,)),
    ] == passes(PERSON)


@pytest.mark.parametrize("name", model.shipped())
def test_every_block_is_in_one_pass_that_it_determines(name: str) -> None:
    """Records that agree on a block agree on what its pass is parted by."""
    used = model.load(name)
    found = passes(used)

    assert list(range(len(used.blocks))) == sorted(n for one in found for n in one.blocks)
    for one in found:
        for block in one.blocks:
            assert determined(used.blocks[block], used.columns).issuperset(one.on)


def test_columns_of_a_name_and_a_date_follow_from_it() -> None:
    """A whole date says its year, a folded name its parts, and a part says nothing of the whole."""
    kinds = {"name": "vietnamese-name", "born": "date"}

    assert {"born", "born_year", "born_day"} == determined(["born"], kinds)
    assert {"name_folded", "name_sorted", "name_family", "name_given"} == determined(
        ["name_folded"], kinds
    )
    assert {"name_family"} == determined(["name_family"], kinds)


def test_a_model_without_partitions_is_parted_by_its_blocks(
    tmp_path: Path, few: tuple[Path, Linkage]
) -> None:
    """Each block is then a pass of its own, and the pairs are the same."""
    file, whole = few
    bare = replace(PERSON, partitions=())

    found = partitions.link_files([file], tmp_path / "kept", model=bare, seed=1, parts=1)

    assert 6 == len(passes(bare))
    assert same(whole, found)


def test_large_files_are_parted_by_themselves(tmp_path: Path) -> None:
    """Up to six million records stay in one piece; on a cluster every two million are a part."""
    file = tmp_path / "people.csv"
    FEW.head(10).write_csv(file)

    assert 1 == partitions.parts_of([file])
    assert 1 == partitions.parts_of([file, file], one_piece=False)
    pl.DataFrame({"n": pl.int_range(6_000_001, eager=True)}).write_parquet(tmp_path / "n.parquet")
    assert 4 == partitions.parts_of([tmp_path / "n.parquet"])


@pytest.mark.parametrize(
    ("said", "code"),
    [("name\na\n", "link-column-missing"), (FEW.clear().write_csv(), "link-file-empty")],
)
def test_a_file_that_cannot_be_parted_is_refused(tmp_path: Path, said: str, code: str) -> None:
    """Missing columns and empty files are faults of the input, told before any work."""
    file = tmp_path / "x.csv"
    file.write_text(said, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        partitions.link_files([file], tmp_path / "kept", model=PERSON, seed=1, parts=2)

    assert code == caught.value.code
    assert not (tmp_path / "kept").exists()


def test_a_folder_of_other_files_is_refused_and_stays(
    tmp_path: Path, few: tuple[Path, Linkage]
) -> None:
    """A folder that no linkage made is neither used nor removed."""
    letter = tmp_path / "kept" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("dear", encoding="utf-8")

    for folder in (letter.parent, letter):
        with pytest.raises(InputError) as caught:
            partitions.link_files([few[0]], folder, model=PERSON, seed=1, parts=1)
        partitions.forget(folder)
        assert "link-folder-taken" == caught.value.code
    assert "dear" == letter.read_text(encoding="utf-8")


def test_a_mark_whose_writing_was_cut_short_is_passed_over(
    tmp_path: Path, few: tuple[Path, Linkage]
) -> None:
    """An empty folder, and one that holds but the beginning of a mark, are used."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / ".mark.json.abc").touch()

    with pytest.raises(KeyboardInterrupt):
        partitions.link_files([few[0]], kept, model=PERSON, seed=1, parts=1, progress=cut_at(1))

    assert (kept / "mark.json").is_file()


def test_a_removal_cut_short_is_neither_trusted_nor_refused(
    tmp_path: Path, few: tuple[Path, Linkage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever removal stops, the next run finds all pairs again, and its folder can be removed."""
    file, whole = few
    kept = tmp_path / "kept"
    with pytest.raises(KeyboardInterrupt):
        partitions.link_files([file], kept, model=PERSON, seed=1, parts=1, progress=cut_at(3))
    removed, left = shutil.rmtree, iter([True, True])

    def remove(folder: Path, **options: Any) -> None:
        if not next(left, False):
            raise KeyboardInterrupt
        removed(folder, **options)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", remove)
        with pytest.raises(KeyboardInterrupt):
            partitions.forget(kept)
    assert (kept / "void.json").is_file()
    assert 1 < len(list(kept.iterdir()))

    assert same(whole, partitions.link_files([file], kept, model=PERSON, seed=1, parts=1))
    partitions.forget(kept)
    assert not kept.exists()


def test_what_cannot_be_removed_is_not_used(
    tmp_path: Path, few: tuple[Path, Linkage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where results of other choices stay against our will, a run is refused, not mixed."""
    kept = tmp_path / "kept"
    (kept / "scored").mkdir(parents=True)
    (kept / "mark.json").write_text('"of other choices"', encoding="utf-8")

    def refuse(_folder: Path, **_options: Any) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", refuse)
        with pytest.raises(InputError) as caught:
            partitions.link_files([few[0]], kept, model=PERSON, seed=1, parts=1)
    assert "link-folder-taken" == caught.value.code

    partitions.forget(kept)
    assert not kept.exists()


def test_a_model_without_keys_and_witness_is_parted(tmp_path: Path) -> None:
    """Where no pass looks for keys, blocks alone give pairs."""
    people = synthetic.people(500, seed=4)
    bare = replace(PERSON, keys=(), witness=(), blocks=PERSON.blocks[:2])
    file = tmp_path / "people.parquet"
    people.write_parquet(file)

    found = partitions.link_files([file], tmp_path / "kept", model=bare, seed=1, parts=1)

    assert 20 < found.pairs.height
    assert [""] == found.pairs["key"].unique().to_list()


@pytest.mark.parametrize("last", ["x,y", '"never closed', 'a"b"c,"', "\udcff"])
@pytest.mark.parametrize("rows", [0, 5])
def test_a_malformed_csv_is_refused_as_in_one_piece(tmp_path: Path, last: str, rows: int) -> None:
    """A cell too many, an open quote or a foreign encoding is told of the file, not used."""
    said = FEW.head(rows).with_columns(remark=pl.lit("")).write_csv()
    cells = "," * len(FEW.columns)
    file = tmp_path / "x.csv"
    file.write_bytes(f"{said}{cells}{last}\n".encode(errors="surrogateescape"))
    with pytest.raises(pl.exceptions.PolarsError):
        pl.read_csv(file, infer_schema=False)

    with pytest.raises(InputError) as caught:
        partitions.link_files([file], tmp_path / "kept", model=PERSON, seed=1, parts=2)

    assert "link-file-unreadable" == caught.value.code
    assert str(file) == caught.value.found


def test_tasks_not_begun_are_dropped_when_one_fails_or_the_caller_stops() -> None:
    """Nobody waits for a queue whose answers nobody will take."""
    begun: list[int] = []
    go = threading.Event()

    def call(task: int) -> int:
        begun.append(task)
        if task == 1:
            go.wait(10)
        return 1 // task

    for queue in ([0, 1, 2, 3, 4], [2, 1, 2, 3, 4]):
        begun.clear()
        go.clear()
        with ThreadPoolExecutor(1) as pool:
            given = answers(pool, call, queue)
            if queue[0]:
                assert 0 == next(given)
                given.close()  # type: ignore[attr-defined]  # it is a generator
            else:
                with pytest.raises(ZeroDivisionError):
                    next(given)
            go.set()
        assert begun in (queue[:1], queue[:2])


def test_values_that_weigh_are_named_once() -> None:
    """Frequencies are counted of the columns whose levels ask for them."""
    assert ["name", "name_folded", "sex", "commune"] == tasks.frequent(PERSON)


@pytest.mark.spark
@pytest.mark.filterwarnings("default")
def test_partitions_on_spark_find_the_same(tmp_path: Path, few: tuple[Path, Linkage]) -> None:
    """On a real Spark, of threads of this machine, pairs and scores are those of one piece."""
    file, whole = few

    with Spark("local[2]") as pool:
        found = partitions.link_files(
            [file], tmp_path / "kept", model=PERSON, seed=1, parts=2, memory_gib=1.0, pool=pool
        )

    assert same(whole, found)
