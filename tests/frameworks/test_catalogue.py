"""One contract for every shipped framework and every quoted figure."""

import itertools

import polars as pl
import pytest

from saola import frameworks, language, units
from saola.observations import CHECKS, KEY, STATUS, codes, facts
from saola.periods import Period

CATALOGUE = frameworks.catalogue()
LANGUAGES = {"vi", "en", "fr"}
REGISTRY = units.registry()


def spoken(label: object) -> set[str]:
    assert isinstance(label, dict)
    return {lang for lang, text in label.items() if text.strip()}


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_part_of_a_framework_is_named_in_three_languages(code: str) -> None:
    """Labels, descriptions, evidence and verifiers are whole in every language or absent."""
    found = CATALOGUE[code]

    assert LANGUAGES == spoken(found.label) == spoken(found.description)
    for item in (*found.items, *found.inputs):
        assert LANGUAGES == spoken(item.label), item.id
        assert spoken(item.description) in (LANGUAGES, set()), item.id
    for indicator in found.indicators:
        assert spoken(indicator.verifier) in (LANGUAGES, set()), indicator.id
        assert all(LANGUAGES == spoken(text) for text in indicator.evidence), indicator.id


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_input_that_a_rule_reads_is_described(code: str) -> None:
    """Whoever reports a quantity finds its name and unit in the framework."""
    found = CATALOGUE[code]
    read = {name for indicator in found.indicators for name in indicator.rule.codes}

    assert read <= {item.id for item in found.inputs if item.unit}


@pytest.mark.parametrize("code", CATALOGUE)
def test_points_of_a_node_are_the_points_below_it(code: str) -> None:
    """A node that states its points holds exactly what its scored children hold."""
    found = CATALOGUE[code]
    for node in found.nodes:
        below = [item.points for item in found.children(node.id) if item.scored]
        if node.points is not None and None not in below:
            assert node.points == sum(point or 0 for point in below), node.id


@pytest.mark.parametrize("code", CATALOGUE)
def test_its_units_and_groups_exist(code: str) -> None:
    """The units assessed are known, except where a workspace brings its own."""
    found = CATALOGUE[code]

    assert REGISTRY.select(found.units, every=True)
    for group in found.groups:
        assert REGISTRY.members(group, every=True)
    assert set(found.fields) <= set(codes.codes("field"))


def test_the_open_framework_is_countable_and_checked() -> None:
    """Each scored indicator of the open framework has a rule, evidence and a verifier."""
    found = CATALOGUE["online-activity"]
    scored = [indicator for indicator in found.indicators if indicator.scored]

    assert 40 <= len(scored) <= 50
    assert 1000 == sum(indicator.points for indicator in scored)
    assert all(indicator.evidence and indicator.verifier for indicator in found.indicators)
    assert 25 <= sum(bool(indicator.fields) for indicator in found.indicators)
    kinds = {indicator.rule.kind for indicator in found.indicators}
    assert {"ratio", "tiers", "steps", "survey", "gap", "measured"} == kinds


@pytest.mark.parametrize("lang", ["vi", "fr"])
def test_what_inputs_are_counted_in_is_translated(lang: str) -> None:
    """Pages and templates say in the reader's language that dossiers are counted."""
    units = {each.unit for found in CATALOGUE.values() for each in found.inputs if each.unit}

    assert set() == units - {key for _, key in language._messages(lang)}  # noqa: SLF001


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_categories_have_words_in_three_languages(code: str) -> None:
    """What an agency chooses from is said in words, and nothing else is."""
    found = CATALOGUE[code]
    rules = [each.rule for each in found.indicators if each.rule.kind == "tiers"]
    wanted = {rule.value.code: {word for word, _ in rule.tiers} for rule in rules}

    assert wanted == {each.id: set(each.words) for each in found.inputs if each.words}
    for code_of, words in wanted.items():
        for word in words:
            assert {"vi", "en", "fr"} == set(found.word_of(code_of, word))
    assert {"en": "else"} == found.word_of("plan", "else")


@pytest.mark.parametrize(
    ("old", "new"), [("1", "information"), ("2", "information"), ("3", "partial"), ("4", "full")]
)
def test_levels_of_before_2022_read_as_the_new_ones(old: str, new: str) -> None:
    """Level 1 and 2 count as information, 3 as partial, 4 as full."""
    found = CATALOGUE["online-activity"]
    rows = [
        {"indicator": "main-service-level", "unit": unit, "period": "2021", "category": word}
        for unit, word in (("XSA.P.01", old), ("XSA.P.02", new))
    ]
    scores = frameworks.score(found, facts.frame(rows)).filter(node="main-service", field="_T")

    assert 1 == scores["score"].n_unique()


# -- quoted figures --------------------------------------------------------------------------

FACTS = {name: facts.facts(name) for name in facts.names()}


@pytest.mark.parametrize("name", FACTS)
def test_every_quoted_figure_is_whole(name: str) -> None:
    """Each row names a known unit, period and indicator, its source, and is not synthetic."""
    rows = FACTS[name]
    read = set(itertools.chain.from_iterable(f.input_of for f in CATALOGUE.values()))
    marks = {
        m for f in CATALOGUE.values() for n in f.nodes for m in (n.published, n.published_rank)
    }

    assert set(rows["indicator"]) <= read | marks | set(codes.codes("indicator"))
    assert all(unit in REGISTRY for unit in rows["unit"].unique())
    assert all(Period.parse(period) for period in rows["period"].unique())
    assert not rows.select(KEY).is_duplicated().any()
    assert {""}.isdisjoint(rows["source"])
    assert set(rows["check"]) <= set(CHECKS) - {"synthetic"}
    assert set(rows["status"]) <= set(STATUS)
    assert 0 == rows["value"].null_count()


@pytest.mark.parametrize(
    ("code", "year", "count", "tolerance"),
    [("vn-dti-province-2020", "2020", 9, 0.0), ("vn-dti-province-2022", "2022", 5, 1e-4)],
)
def test_published_dti_is_recomputed(code: str, year: str, count: int, tolerance: float) -> None:
    """DTI 2020: 9 of 9 to the last decimal; DTI 2022: 5 of 5 within 1e-4."""
    rows = FACTS["vnm-dti"].filter(period=year)
    scores = (
        frameworks.score(CATALOGUE[code], rows)
        .filter(pl.col("node") == "DTI", pl.col("score").is_not_null())
        .sort("rank")
    )

    assert count == scores.height
    assert list(range(1, count + 1)) == scores["rank"].to_list()
    off = (scores["score"] - scores["published_score"]).abs().max()
    assert isinstance(off, float)
    assert off <= tolerance


def test_hue_of_2020_is_an_exact_half_rounded_up() -> None:
    """Hue's .40965 is published as .4097."""
    scores = frameworks.score(CATALOGUE["vn-dti-province-2020"], FACTS["vnm-dti"])
    hue = scores.filter(node="DTI", unit="VNM.P.46", period="2020")

    assert [0.4097] == hue["score"].to_list()


def test_gtmi_is_the_mean_of_its_four_components() -> None:
    """The mean of the four global means of 2022 is .55225."""
    rows = FACTS["group-means"].filter(pl.col("unit") == "G.001", pl.col("period") == "2022")
    scores = frameworks.score(CATALOGUE["wb-gtmi-2022"], rows).filter(node="GTMI")

    assert [pytest.approx(0.55225, abs=1e-12)] == scores["score"].to_list()
    assert [0.552] == scores["published_score"].to_list()


def test_asean_egdi_is_quoted_and_viet_nam_recomputed() -> None:
    """Viet Nam's EGDI comes from its components in every edition; the others are as published."""
    rows = FACTS["asean-egdi"]
    for code, found in CATALOGUE.items():
        if found.index == "un-egdi":
            year = code[-4:]
            scores = frameworks.score(found, rows.filter(period=year)).filter(node="EGDI")
            known = scores.filter(pl.col("score").is_not_null())
            assert ["VNM"] == known["unit"].to_list(), code
            assert pytest.approx(known["published_score"][0], abs=1e-4) == known["score"][0], code
            quoted = 11 if year in {"2018", "2020", "2022"} else 1
            assert quoted == scores["published_score"].count(), code


def test_ministries_are_carried_and_never_computed() -> None:
    """An incomplete framework shows published totals and ranks and computes no index."""
    for code in ("vn-dti-ministry-2020", "vn-dti-ministry-2022"):
        found = CATALOGUE[code]
        ministries = [unit.code for unit in REGISTRY.select("VNM.M", every=True)]
        rows = FACTS["vnm-dti"]
        scores = frameworks.score(found, rows, units=ministries).filter(node=found.root.id)

        assert not found.complete
        assert 0 == scores["score"].count()
        assert 0 < scores["published_rank"].count()


def test_dti_2024_is_carried_for_the_34_provinces() -> None:
    """The edition of 2024 shows what was published for the provinces of July 2025."""
    rows = FACTS["vnm-dti"].filter(period="2024")
    scores = frameworks.score(CATALOGUE["vn-dti-province-2024"], rows).filter(node="DTI")
    first = scores.filter(published_rank=1)

    assert [("VNM.P.01", 0.8241)] == first.select("unit", "published_score").rows()
    assert 0 == scores["score"].count()
    assert all(REGISTRY.unit(unit).exists() for unit in scores["unit"])


@pytest.mark.parametrize(
    ("code", "period", "covered"),
    [
        ("vn-dti-province-2022", "2021", True),
        ("vn-dti-province-2022", "2023-Q4", True),
        ("vn-dti-province-2022", "2024-Q1", False),
        ("vn-dti-province-2022", "2020-Q4", False),
        ("vn-dti-province-2024", "2031", True),
        ("vn-dti-province-2024", "2023", False),
    ],
)
def test_an_edition_covers_the_periods_within_its_dates(
    code: str, period: str, *, covered: bool
) -> None:
    """From the start of the first to the end of the last; without a last one, from the first on."""
    assert covered == frameworks.framework(code).covers(Period.parse(period))
