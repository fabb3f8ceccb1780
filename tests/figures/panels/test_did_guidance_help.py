from __future__ import annotations

from collections.abc import Callable

import optuna
import pytest
from drawn import draw
from histories import guidance_for, words
from tables import make_table
from ugly import UGLY

from optuna_guide.analysis.evidence import NarrowingEvidence, measure_evidence
from optuna_guide.guidance import Guidance
from optuna_guide.sampling.guided.sampler import GuidedSampler
from optuna_guide.study.exploration import Exploration, read_exploration


@pytest.fixture(scope="module")
def guided() -> tuple[Exploration, NarrowingEvidence]:
    study = optuna.create_study(sampler=GuidedSampler(seed=0, explore=0.2))
    study.optimize(
        lambda t: (t.suggest_float("x", 0, 1) - 0.3) ** 2 + t.suggest_float("y", 0, 1),
        n_trials=60,
    )
    return read_exploration(study), measure_evidence(study)


@pytest.mark.parametrize("build", UGLY.values(), ids=UGLY)
def test_a_study_without_guided_trials_says_so(build: Callable[[], optuna.Study]) -> None:
    found = read_exploration(build())
    figure = draw("did_guidance_help", guidance_for(found.trials), found.trials, exploration=found)
    assert "no trial that is known to be guided" in words(figure)


def test_without_evidence_nothing_is_claimed(guidance: Guidance) -> None:
    assert not draw("did_guidance_help", guidance, make_table(guidance)).data


def test_every_version_is_compared_with_the_trials_before(
    guided: tuple[Exploration, NarrowingEvidence],
) -> None:
    found, evidence = guided
    figure = draw(
        "did_guidance_help",
        guidance_for(found.trials),
        found.trials,
        evidence=evidence,
        exploration=found,
    )
    names = [name.replace("&nbsp;", "") for name in figure.layout.yaxis.ticktext]
    newest = [f"version {v.version}" for v in evidence.versions[-6:]]
    assert names == ["before", *newest, "all guided", "ignored it"]
    medians = next(t for t in figure.data if t.marker.symbol == "line-ns")
    assert medians.x[0] == pytest.approx(evidence.before.median, rel=1e-3)
    tops = next(t for t in figure.data if t.marker.symbol == "diamond")
    assert tops.x[-2] == pytest.approx(evidence.guided.best, rel=1e-3)
    assert evidence.summary.split(":")[0][:40] in words(figure)


def test_the_trials_are_dots_in_their_rows(
    guided: tuple[Exploration, NarrowingEvidence],
) -> None:
    found, evidence = guided
    figure = draw(
        "did_guidance_help",
        guidance_for(found.trials),
        found.trials,
        evidence=evidence,
        exploration=found,
    )
    dots = figure.data[0]
    before = [y for y in dots.y if -0.5 < y < 0.5]
    assert len(before) == evidence.before.n
