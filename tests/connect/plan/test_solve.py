import numpy as np
import pytest

from saola.connect.highs import solve
from saola.connect.plan import rules
from saola.connect.plan.bound import certified
from saola.connect.plan.model import design_of, program, values_of
from saola.connect.plan.problem import CORE, Problem, cost, faults
from saola.connect.plan.solve import Effort, least_cost, most_people
from saola.connect.plan.spare import lean
from saola.errors import InputError

EFFORT = Effort(moves=2000, starts=2, rounds=8, nodes=1, neighbourhoods=2, size=12)


def small(seed: int, count: int = 6, target: float = 0.9) -> Problem:
    """A random region in the plane: two kinds of station, fibre and microwave, terminals."""
    rng = np.random.default_rng(seed)
    xy = rng.uniform(0, 30, (count, 2))
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    people = rng.integers(100, 1500, count).astype(float)
    demand = people * 0.1
    site, place = np.nonzero(apart < 11)
    rate = (400 / (1 + (apart[site, place] / 5) ** 2), 1200 / (1 + (apart[site, place] / 4) ** 2))
    kinds = [(0, 0.0), (1, 0.0), (0, 1.0)]  # kind, by satellite
    stations = [(s, *kind) for s in range(count) for kind in kinds]
    loads = [demand[place] / rate[kind] for kind, _ in kinds]
    link_station = np.concatenate([site * 3 + number for number in range(3)])
    load = np.concatenate(loads)
    beam = np.concatenate([demand[place] * 1500 * above for _, above in kinds])
    fits = load <= 1
    a, b = np.nonzero((apart < 16) & (apart > 0))
    far = np.abs(xy[:, 1] - 15)
    hops = [np.full(count, CORE), a, a]
    return Problem(
        people=people, demand=demand, must=np.zeros(count, dtype=bool),
        direct_cost=people * 300.0, area=np.zeros(count, dtype=np.int64),
        area_capacity=np.array([150.0]), site_area=np.zeros(count, dtype=np.int64),
        station_site=np.array([s for s, _, _ in stations]),
        station_kind=np.array([k for _, k, _ in stations]),
        station_cost=np.array([(150e3, 210e3)[k] + 15e3 * above for _, k, above in stations]),
        station_sky=np.array([150.0 * above for _, _, above in stations]),
        link_station=link_station[fits], link_place=np.tile(place, 3)[fits],
        link_cost=(np.tile(people[place], 3) * 5 + beam)[fits], link_load=load[fits],
        hop_from=np.concatenate(hops), hop_to=np.concatenate((np.arange(count), b, b)),
        hop_medium=np.concatenate((np.zeros(count + len(a)), np.ones(len(a)))).astype(np.int64),
        hop_cost=np.concatenate((far * 16e3 + 5e3, apart[a, b] * 16e3 + 5e3, np.full(len(a), 5e4))),
        hop_capacity=np.concatenate((np.full(count + len(a), 1e4), np.full(len(a), 300.0))),
        target=target * people.sum(),
    )  # fmt: skip


def position(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros(problem.sites), np.arange(problem.sites) * 0.01


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_never_passes_the_exact_optimum(seed: int) -> None:
    """On 20 small regions the certified bound is at most the optimum by branch and bound."""
    problem = small(seed, 8)
    exact = solve(program(problem))
    best = design_of(problem, exact.values)
    slim = lean(problem)
    found = certified(slim.problem, [slim.down(best)], rounds=60)

    assert [] == faults(problem, best)
    assert cost(problem, best) == pytest.approx(exact.bound, rel=1e-6)
    assert found.bound <= cost(problem, best) + 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_hops_left_out_as_spare_do_not_raise_the_optimum(seed: int) -> None:
    """Without its spare hops a region costs as much at best, and its designs hold for the whole."""
    problem = small(seed, 7)
    slim = lean(problem)
    fewer = solve(program(slim.problem))
    design = slim.up(design_of(slim.problem, fewer.values))

    assert len(slim.problem.hop_to) < len(problem.hop_to)
    assert [] == faults(problem, design)
    assert solve(program(problem)).bound == pytest.approx(cost(problem, design), rel=1e-6)


@pytest.mark.parametrize("seed", range(4))
def test_a_small_region_is_planned_at_the_optimum(seed: int) -> None:
    """A small region's plan costs what branch and bound proves least, so its gap is 0."""
    problem = small(seed, 7)
    plan = least_cost(problem, position(problem), rng=np.random.default_rng(0), effort=EFFORT)

    assert [] == faults(problem, plan.design)
    assert solve(program(problem)).bound == pytest.approx(plan.cost, rel=1e-6)
    assert 0.0 == pytest.approx(plan.gap, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_is_never_worse_than_the_rules_of_thumb(seed: int) -> None:
    """A plan costs at most what the nearest-fibre rule and the per-place rule cost."""
    problem = small(seed, 20)
    plan = least_cost(problem, position(problem), rng=np.random.default_rng(0), effort=EFFORT)

    assert [] == faults(problem, plan.design)
    assert all(plan.cost <= value for value in plan.rules.values())
    assert plan.bound <= plan.cost


def test_a_seed_gives_one_plan() -> None:
    """The same region and seed give the same design."""
    problem = small(5, 13)
    first, second = (
        least_cost(problem, position(problem), rng=np.random.default_rng(3), effort=EFFORT)
        for _ in range(2)
    )

    assert first.design.station.tolist() == second.design.station.tolist()


def test_a_design_turns_into_values_and_back() -> None:
    """Writing a design as variables and reading it again changes nothing, and costs agree."""
    problem = small(2)
    design = rules.nearest_fibre(problem)
    values = values_of(problem, design)
    back = design_of(problem, values)

    assert (design.hop == back.hop).all()
    assert cost(problem, design) == pytest.approx(float(program(problem).cost @ values))


def test_the_budget_is_kept_and_the_bound_is_above_the_people_served() -> None:
    """Within a budget the people served are at most the bound, and the cost at most the budget."""
    problem = small(4, 20)
    plan = most_people(
        problem, position(problem), 600e3, rng=np.random.default_rng(0), effort=EFFORT
    )
    served = problem.people[plan.design.served(problem)].sum()

    assert plan.cost <= 600e3
    assert served <= plan.bound + 1e-6


def test_a_budget_for_nothing_is_refused() -> None:
    """A budget below the cheapest service is a named error."""
    problem = small(4)
    with pytest.raises(InputError) as caught:
        most_people(problem, position(problem), 10.0, rng=np.random.default_rng(0), effort=EFFORT)

    assert "connect-budget" == caught.value.code


def test_a_target_out_of_reach_is_refused() -> None:
    """More people than there are cannot be served."""
    problem = small(1, target=1.5)
    with pytest.raises(InputError) as caught:
        least_cost(problem, position(problem), rng=np.random.default_rng(0), effort=EFFORT)

    assert "connect-target" == caught.value.code
