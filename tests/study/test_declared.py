"""What the trials of a study declared, read at once or in pieces."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import optuna
from hypothesis import given
from hypothesis import strategies as st
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.trial import create_trial
from strategies import categorical, numeric

from optuna_guide.domain.space import widest
from optuna_guide.sampling.lite_gp.history import TrialArrays, read
from optuna_guide.sampling.steering.control import seen_space
from optuna_guide.study.declared import Declared, is_categorical
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials

told = st.lists(
    st.dictionaries(st.sampled_from("xyz"), numeric | categorical, max_size=3), max_size=8
)


def trials(told: list[dict[str, BaseDistribution]]) -> Any:
    return [SimpleNamespace(distributions=distributions) for distributions in told]


@given(told, st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8))))
def test_reading_in_pieces_that_overlap_is_reading_at_once(
    told: list[dict[str, BaseDistribution]], pieces: list[tuple[int, int]]
) -> None:
    once, declared, n_read = Declared().seen(trials(told)), Declared(), 0
    for back, size in [*pieces, (0, len(told))]:
        start = max(n_read - back, 0)
        n_read = max(n_read, start + size)
        declared = declared.seen(trials(told[start:n_read]))
    assert repr(declared) == repr(once)


@given(told)
def test_the_widest_of_the_newest_kind_is_declared(
    told: list[dict[str, BaseDistribution]],
) -> None:
    declared = Declared().seen(trials(told))
    for name, distribution in declared.space.items():
        seen = [d[name] for d in told if name in d]
        alike = [d for d in seen if is_categorical(d) == is_categorical(seen[-1])]
        assert repr(distribution) == repr(widest(alike))
        assert (name in declared.varied) == (len({repr(d) for d in alike}) > 1)
        assert (name in declared.turned) == (len(alike) < len(seen))


@given(st.lists(categorical, min_size=1, max_size=5))
def test_choices_keep_their_indices(seen: list[CategoricalDistribution]) -> None:
    declared, known = Declared(), ""
    for distribution in seen:
        declared = declared.seen(trials([{"c": distribution}]))
        now = declared.space["c"]
        assert isinstance(now, CategoricalDistribution)
        assert repr(now.choices).startswith(known)
        known = repr(now.choices).rstrip("),")


def test_whoever_asks_is_told_the_same_space() -> None:
    study = optuna.create_study()
    changes: list[tuple[Any, BaseDistribution]] = [
        (0.5, FloatDistribution(0, 1)),
        ("a", CategoricalDistribution(["a", "b"])),
        (2.5, FloatDistribution(2, 3)),
    ]
    for value, distribution in changes:
        study.add_trial(
            create_trial(value=1.0, params={"x": value}, distributions={"x": distribution})
        )
    failed = {"x": IntDistribution(-1, 0)}
    study.add_trial(
        create_trial(state=optuna.trial.TrialState.PRUNED, params={"x": 0}, distributions=failed)
    )
    expected = {"x": FloatDistribution(-1, 3)}
    assert Declared().seen(study.trials).space == expected
    assert seen_space(study) == expected
    assert read_trials(read_snapshot(study)).space == expected
    history = TrialArrays()
    for n in range(1, len(study.trials) + 1):
        history = read(history, study.trials[:n], 1)
    assert history.distributions == expected
