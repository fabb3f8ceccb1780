from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import optuna
import pytest
from drawn import draw
from histories import guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide import plot_performance_overview
from optuna_guide.figures.drawing.look import Look
from optuna_guide.figures.panels.performance_comparison import MAX_STUDIES
from optuna_guide.guidance import Guidance
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials


@pytest.fixture
def tables(guidance: Guidance) -> dict[str, TrialsTable]:
    one, other = make_table(guidance), make_table(guidance, 30, seed=1)
    return {"<b>one": one, "other": replace(other, losses=10 * other.losses)}


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_any_study_is_drawn_beside_another_one(build: Callable[[], optuna.Study]) -> None:
    table, other = (
        read_trials(read_snapshot(build())),
        read_trials(read_snapshot(UGLY["maximised"]())),
    )
    figure = draw(
        "performance_comparison",
        guidance_for(table),
        table,
        studies={"this": table, "other": other},
    )
    assert figure.data or "no trial" in words(figure)


def test_bars_are_stacked_by_study(guidance: Guidance, tables: dict[str, TrialsTable]) -> None:
    figure = draw("performance_comparison", guidance, tables["<b>one"], studies=tables)
    bars = [trace for trace in figure.data if trace.type == "bar"]
    assert [sum(trace.y) for trace in bars] == [60, 30]
    assert bars[0].x == bars[1].x
    assert "&lt;b&gt;one" in words(figure)
    assert "90 trials" in figure.layout.title.text


def test_min_max_makes_studies_comparable(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    figure = draw(
        "performance_comparison", guidance, tables["<b>one"], studies=tables, normalise="min-max"
    )
    for trace in figure.data[:2]:
        assert trace.y[0] > 0
        assert trace.y[-1] > 0


def test_every_study_has_a_line_of_its_own(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    figure = draw("performance_comparison", guidance, tables["<b>one"], studies=tables, limit=1.5)
    drawn = [trace for trace in figure.data if trace.type == "scatter" and trace.mode == "lines"]
    lines = [t for t in drawn if t.line.dash is None]
    assert len({t.line.color for t in lines}) == 2
    assert all((np.diff(t.y) > 0).all() for t in lines)
    assert [list(t.x) for t in drawn if t.line.dash] == [[1.5, 1.5]]


def test_a_study_without_the_target_or_the_cost_is_left_out(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    renamed = replace(tables["other"], objectives=("loss",))
    costless = replace(tables["other"], durations=np.full(30, np.nan))
    studies = {**tables, "renamed": renamed, "costless": costless}
    figure = draw("performance_comparison", guidance, tables["<b>one"], studies=studies)
    assert sum(trace.type == "bar" for trace in figure.data) == 3
    assert sum(trace.mode == "markers" for trace in figure.data if trace.type == "scatter") == 2
    assert "1 of the studies lack the target" in words(figure)


def test_at_most_five_studies_are_drawn(guidance: Guidance) -> None:
    table = make_table(guidance)
    figure = draw(
        "performance_comparison", guidance, table, studies={str(k): table for k in range(9)}
    )
    assert sum(trace.type == "bar" for trace in figure.data) == MAX_STUDIES


def test_studies_are_compared_by_names_that_differ(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    table = tables["other"]
    names = [f"translation of {pair}, large corpus" for pair in ("en-ja", "ja-en")]
    for panel in ("performance_comparison", "parallel_comparison"):
        said = words(draw(panel, guidance, table, studies=dict.fromkeys(names, table)))
        assert "en-ja" in said, panel
        assert "ja-en" in said, panel


def test_words_take_the_width_that_is_there(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    def head(width: int) -> str:
        look = Look(width=width)
        figure = draw("performance_comparison", guidance, tables["other"], look, studies=tables)
        return str(figure.layout.annotations[0].text)

    assert (head(428).count("<br>"), head(1000).count("<br>")) == (1, 0)


def test_several_studies_are_stacked_by_nothing_else() -> None:
    studies = [UGLY["one parameter"]() for _ in range(2)]
    with pytest.raises(ValueError, match="stacked by study: leave out by='x'"):
        plot_performance_overview(studies, by="x")


def test_a_narrow_figure_has_one_drawing_below_the_other(
    guidance: Guidance, tables: dict[str, TrialsTable]
) -> None:
    look = Look(width=340)
    figure = draw("performance_comparison", guidance, tables["other"], look, studies=tables)
    assert figure.layout.xaxis.domain == figure.layout.xaxis2.domain == (0, 1)
    assert figure.layout.yaxis2.domain[1] < figure.layout.yaxis.domain[0]
    assert figure.layout.title.text == "<b>Performance of several studies</b>"
    assert not any("…" in note.text for note in figure.layout.annotations[:1])
