"""Values that can hardly be right are found by what the rules say of their inputs."""

from dataclasses import replace

import pytest

from saola import frameworks, observations
from saola.frameworks.doubts import implausible, misprints, thin

AT = {"unit": "VNM", "period": "2022"}


def test_a_part_larger_than_its_whole_is_found_in_the_same_group_of_people() -> None:
    """More users than persons are a doubt; as many are none, nor are users of another group."""
    edition = frameworks.framework("online-activity")
    women = {"breakdown": "SEX=F"}
    rows = observations.frame(
        [
            AT | {"indicator": "users", "value": 90.0},
            AT | {"indicator": "persons", "value": 90.0},
            AT | women | {"indicator": "users", "value": 60.0},
            AT | women | {"indicator": "persons", "value": 50.0},
        ]
    )

    (found,) = implausible(rows, [edition]).to_dicts()
    assert ("part", "VNM", "2022", "SEX=F") == tuple(
        found[name] for name in ("kind", "unit", "period", "breakdown")
    )
    assert ("users", 60.0, "persons", 50.0) == tuple(
        found[name] for name in ("code", "found", "beside", "other")
    )


def test_incidents_may_outnumber_systems() -> None:
    """A ratio of two different things has no whole."""
    rows = observations.frame(
        [
            AT | {"indicator": "incidents-serious", "value": 9.0},
            AT | {"indicator": "systems", "value": 2.0},
        ]
    )

    assert implausible(rows, [frameworks.framework("online-activity")]).is_empty()


def test_a_count_below_zero_is_found() -> None:
    """There are no fewer than no persons."""
    rows = observations.frame([AT | {"indicator": "persons", "value": -1.0}])

    found = implausible(rows, [frameworks.framework("online-activity")])
    assert [("negative", "persons", -1.0)] == found.select("kind", "code", "found").rows()


def test_a_rate_outside_its_scale_is_found() -> None:
    """An index of a component is from 0 to 1; missing and sound values are no doubt."""
    rows = observations.frame(
        [
            AT | {"indicator": "un-hci", "value": 1.422},
            AT | {"indicator": "un-osi", "value": 1.0},
            AT | {"indicator": "un-tii", "value": None},
        ]
    )

    found = implausible(rows, frameworks.catalogue().values())
    assert [("outside", "un-hci", 1.422)] == found.select("kind", "code", "found").rows()


def test_a_published_value_that_its_parts_do_not_give_is_found() -> None:
    """Cambodia 2008 is printed .2989 and computed .3017; one of the last place is rounding."""
    edition = frameworks.framework("un-egdi-2008")
    parts = {"KHM": (0.2989, 0.1907, 0.6923, 0.0254), "LAO": (0.2383, 0.0468, 0.6569, 0.0170)}
    rows = observations.frame(
        [
            {"unit": unit, "period": "2008", "indicator": code, "value": value}
            for unit, values in parts.items()
            for code, value in zip(("un-egdi", "un-osi", "un-hci", "un-tii"), values, strict=True)
        ]
    )

    scores = frameworks.score(edition, rows)
    found = misprints(scores)
    assert ["KHM"] == found["unit"].to_list()
    assert ["EGDI"] == found["code"].to_list()


def test_a_score_of_few_figures_is_thin() -> None:
    """Of what is left out nothing is known: a score of one indicator is named, a whole one not."""
    edition = frameworks.framework("online-activity")
    few = [AT | {"indicator": "users", "value": 9.0}, AT | {"indicator": "persons", "value": 10.0}]
    there = AT | {"unit": "THA"}
    codes = dict.fromkeys(code for each in edition.indicators for code in each.rule.codes)
    many = [there | {"indicator": code, "value": 1.0} for code in codes]
    found = thin(frameworks.score(edition, observations.frame([*few, *many])), edition)

    assert [("VNM", "2022")] == found.select("unit", "period").rows()
    users = edition.indicator_of["internet-use"]
    assert users.points / 1000 == pytest.approx(found["share"][0])


def test_no_score_is_thin_where_what_is_missing_costs_its_points() -> None:
    """An edition that counts a missing indicator as zero tells it by the score itself."""
    edition = replace(frameworks.framework("online-activity"), missing="zero")
    rows = [AT | {"indicator": "users", "value": 9.0}, AT | {"indicator": "persons", "value": 10.0}]

    assert thin(frameworks.score(edition, observations.frame(rows)), edition).is_empty()
