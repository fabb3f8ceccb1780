from __future__ import annotations

import optuna
import pytest
from drawn import make_sources
from guidances import make_guidance
from tables import make_table

from optuna_guide.figures import panels
from optuna_guide.figures.sources import Sources, find_sources, read_sources
from optuna_guide.guidance import NotReady
from optuna_guide.study.snapshot import read_snapshot


def test_a_part_is_read_when_it_is_asked_for_and_only_once() -> None:
    guidance, n_reads = make_guidance(), 0

    def read():
        nonlocal n_reads
        n_reads += 1
        return make_table(guidance)

    sources = Sources(guidance, read_table=read)
    assert n_reads == 0
    assert sources.shown.table.names == sources.table.names
    assert len(sources.explored_goal.loss) == len(sources.exploration) == len(sources.table)
    assert n_reads == 1


def test_a_guidance_alone_has_neither_trials_nor_a_past() -> None:
    sources = find_sources(make_guidance())
    assert not sources.has_trials
    for part in ("table", "shown", "exploration", "history"):
        with pytest.raises(TypeError, match="a guidance does not hold: pass the study instead"):
            getattr(sources, part)


def test_figures_of_a_study_are_made_of_the_moment_at_which_it_was_read() -> None:
    study = optuna.create_study()
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=12)
    sources = read_sources(read_snapshot(study), NotReady("not yet", 12))
    study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=1)
    assert len(sources.table) == len(sources.exploration) == sources.evidence.before.n == 12


def test_only_a_comparison_draws_other_studies() -> None:
    guidance = make_guidance()
    tables = {"this": make_table(guidance), "other": make_table(guidance)}
    sources = make_sources(guidance, studies=tables)
    for name in panels.NAMES:
        if name in panels.OF_STUDIES:
            assert panels.draw(name, sources).data
        else:
            with pytest.raises(ValueError, match=f"Panel {name!r} draws no other studies"):
                panels.draw(name, sources)


def test_there_must_be_a_study() -> None:
    with pytest.raises(ValueError, match="no study to draw: pass at least one"):
        find_sources([])
