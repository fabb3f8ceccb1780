"""What holds of all that is said of any study: it agrees with itself, and with the trials."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from optuna_guide.analysis.findings import Finding
from optuna_guide.guidance import Guidance, ParamGuidance
from optuna_guide.guidance.outlook import Recommendation

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from planted.judge import is_known

_COMPARED = re.compile(
    r"median.*? is (\S+)(?: %)? at (\w+ (?:=|in|one of) .+?) and (\S+)(?: %)? at "
    r"(\w+ (?:=|in|one of) .+?)(?:[.]$|;)"
)


def check_guidance(guidance: Guidance) -> None:
    """One verdict for each parameter, which agrees with its range, its counts and the best."""
    trust = guidance.trust
    assert trust.spearman_lower <= trust.spearman
    for param in guidance.params:
        n_active = round(param.active_share * guidance.n_trials)
        assert sum(param.effect.counts) == pytest.approx(n_active, abs=1)
        _check_verdict(param, guidance)
        if param.evidence is not None:
            assert param.evidence.n_inside <= param.evidence.n_active <= guidance.n_trials
            assert param.evidence.n_active == pytest.approx(n_active, abs=1)
    assert guidance.kept_top is None or guidance.kept_top >= 0.5


def check_recommendation(found: Recommendation) -> None:
    """Its interval holds what is expected, and luck is spoken of where trials show noise."""
    low, high = found.interval
    assert low <= found.expected <= high
    assert all(0 <= rival.chance <= 1 for rival in found.rivals)
    said = str(found)
    assert found.shows_noise or " of it luck" not in said
    sign = 1.0 if found.direction == "maximize" else -1.0
    for rival in found.rivals:
        if rival.kind == "best observed" and found.observed is not None:
            assert rival.observed is not None
            assert sign * (rival.observed - found.observed) > 0


def _check_verdict(param: ParamGuidance, guidance: Guidance) -> None:
    kind, part = param.advice.kind, param.advice.range
    assert kind == "none" or guidance.trust.is_open
    assert (param.promising is None) or kind in ("narrow", "widen", "log")
    best = np.array([t.params[param.name] for t in guidance.best[:1] if param.name in t.params])
    if kind == "narrow":
        assert part == param.promising is not None
    if kind == "avoid":
        assert part is not None
        assert not part.contains(best).any()
    if kind == "freeze":
        assert part is not None
        assert guidance.context is not None or part.contains(best).all()
    if kind == "widen":
        assert param.advice.bound in ("low", "high")


def check_findings(found: Iterable[Finding], n_trials: int, *, maximise: bool = False) -> None:
    """Two different options with different medians, the better one first; counts add up."""
    for one in found:
        assert 0 < one.n <= n_trials
        assert is_known(one.sentence), f"the benchmark cannot judge {one.sentence!r}"
        assert all(int(n) <= n_trials for n in re.findall(r"(\d+) trials", one.sentence))
        compared = _COMPARED.search(one.sentence)
        if one.kind == "parameter":
            assert compared is not None, one.sentence
        if compared is None:
            continue
        good, here, bad, there = compared.groups()
        assert here != there, one.sentence
        if bad != "pruned":
            is_place = "median place" in one.sentence
            assert float(good) != float(bad), one.sentence
            assert (float(good) > float(bad)) == (maximise and not is_place), one.sentence
