"""Several studies in one set of parallel coordinates: union axes, a colour by study."""

from __future__ import annotations

import optuna
import plotly.graph_objects as go
import pytest
from drawn import draw
from histories import guidance_for, words
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.trial import create_trial

from optuna_guide.figures.drawing.colours import GROUPS
from optuna_guide.figures.drawing.look import Look
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials


def _table(own: str, high: float, choices: tuple[str, ...]) -> TrialsTable:
    """Twenty trials of a shared number and choice, and of a parameter of its own."""
    study = optuna.create_study()
    space = {
        "x": FloatDistribution(0, high),
        "kind": CategoricalDistribution(choices),
        own: FloatDistribution(0, 1),
    }
    for i in range(20):
        params = {"x": high * i / 19, "kind": choices[i % len(choices)], own: 0.5}
        study.add_trial(create_trial(params=params, distributions=space, value=float(i)))
    return read_trials(read_snapshot(study))


@pytest.fixture
def tables() -> dict[str, TrialsTable]:
    return {"one": _table("alpha", 1.0, ("a", "b")), "other": _table("beta", 2.0, ("b", "c"))}


def _draw(tables: dict[str, TrialsTable], **options: object) -> go.Figure:
    first = next(iter(tables.values()))
    return draw("parallel_comparison", guidance_for(first), first, studies=tables, **options)


def _lines(figure: go.Figure, colour: str) -> list[list[float | None]]:
    """Heights of the trials of a study along the axes."""
    found = []
    for trace in figure.data:
        if trace.line.color == colour:
            n = figure.layout.xaxis.range[1] + 0.7 + 1
            found += [trace.y[i : i + int(n) - 1] for i in range(0, len(trace.y), int(n))]
    return found


def test_axes_reach_as_far_as_the_widest_study(tables: dict[str, TrialsTable]) -> None:
    figure = _draw(tables, params=["x"])
    one, other = ([line[0] for line in _lines(figure, GROUPS[k])] for k in (0, 1))
    assert (min(one), max(one)) == (0, 0.5)
    assert (min(other), max(other)) == (0, 1)


def test_the_same_choice_is_at_the_same_height(tables: dict[str, TrialsTable]) -> None:
    figure = _draw(tables, params=["kind"])
    said = words(figure)
    assert all(choice in said for choice in "abc")
    one, other = ({round(3 * line[0] - 0.5) for line in _lines(figure, GROUPS[k])} for k in (0, 1))
    assert len(one & other) == 1
    assert len(one | other) == 3


def test_what_only_one_study_has_is_told_and_stands_on_the_left(
    tables: dict[str, TrialsTable],
) -> None:
    figure = _draw(tables)
    said = words(figure)
    assert "only one" in said
    assert "only other" in said
    assert "2 of 2" not in said
    lines = _lines(figure, GROUPS[0])
    assert all((line[0] < 0) != (line[1] < 0) for line in lines)
    assert all(line[2] >= 0 and line[3] >= 0 for line in lines)


def test_kinds_that_differ_are_not_compared() -> None:
    one, other = _table("alpha", 1.0, ("a", "b")), _table("kind", 1.0, ("a", "b"))
    figure = _draw({"one": one, "other": other})
    with pytest.raises(KeyError, match="No study has a parameter 'nothing'"):
        _draw({"one": one, "other": other}, params=["nothing"])
    assert figure.data


def test_a_page_learns_which_trials_lie_where_to_brush_them(
    tables: dict[str, TrialsTable],
) -> None:
    figure = _draw(tables)
    told = figure.layout.meta
    assert [axis["name"] for axis in told["axes"]][-3:] == ["kind", "x", "value"]
    kind, x, target = told["axes"][-3:]
    assert (x["kind"], x["low"], x["high"]) == ("float", 0, 2.0)
    assert sorted(kind["choices"]) == ["a", "b", "c"]
    assert target == {"name": "value", "kind": "target", "maximise": False, "low": 0, "high": 19}
    for trace, lines in zip(figure.data, told["lines"], strict=True):
        if lines is not None:
            assert len(trace.y) == len(lines["numbers"]) * (len(told["axes"]) + 1)
            best = trace.y[len(told["axes"]) - 1]
            assert best == pytest.approx(1 - lines["numbers"][0] / 19, abs=1e-3)
    assert [lines["is_own"] for lines in told["lines"][:-1]] == [True, False, True, False]


def test_a_narrow_figure_has_fewer_axes_and_says_so() -> None:
    study = optuna.create_study()
    space = {f"x{k}": FloatDistribution(0, 1) for k in range(10)}
    for i in range(20):
        params = dict.fromkeys(space, i / 19)
        study.add_trial(create_trial(params=params, distributions=space, value=float(i)))
    table = read_trials(read_snapshot(study))

    def drawn(width: int) -> tuple[int, bool]:
        look, studies = Look(width=width), {"one": table, "other": table}
        figure = draw("parallel_comparison", guidance_for(table), table, look, studies=studies)
        return len(figure.layout.meta["axes"]), "not shown" in words(figure)

    assert (drawn(428), drawn(340)) == ((11, False), (8, True))
