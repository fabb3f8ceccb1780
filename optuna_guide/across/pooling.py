"""Several studies of the same kind as one, in which the study is the context."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import optuna

from optuna_guide.domain.space import widest
from optuna_guide.store.attributes import write_attribute
from optuna_guide.store.keys import METRIC_NAMES
from optuna_guide.study.choices import set_context
from optuna_guide.study.snapshot import read_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study
    from optuna.distributions import BaseDistribution

    from optuna_guide.study.snapshot import Snapshot


def pool_studies(studies: Sequence[Study], *, context: str = "study") -> Study:
    """A study in memory with the trials of several ones, such as of one model on other data.

    The study that a trial is of becomes its context, of which nothing is advised: values are
    explained within each study where these differ, and findings, trellis and histograms tell what
    holds in one of them only. What is read from the pool holds for all of it; it is no study to
    go on with.

    Args:
        studies: Two or more, of the same directions; they are only read.
        context: Name of the user attribute that holds the study's name.

    Raises:
        ValueError: If there are fewer than two studies, two have the same name, their directions
            differ, a parameter is a number in one and a choice in another, or trials have such an
            attribute already.
    """
    snapshots = [read_snapshot(study) for study in studies]
    _check(snapshots, context)
    first = snapshots[0]
    trials = [(s.study_name, trial) for s in snapshots for trial in s.ended]
    seen: dict[str, list[BaseDistribution]] = {}
    for _, trial in trials:
        for name, distribution in trial.distributions.items():
            known = seen.setdefault(name, [])
            if distribution not in known:
                known.append(distribution)
    space = {name: widest(distributions) for name, distributions in seen.items()}
    pool = optuna.create_study(directions=first.directions)
    if METRIC_NAMES in first.attributes:
        write_attribute(pool, METRIC_NAMES, first.attributes[METRIC_NAMES])
    for study_name, trial in trials:
        pooled = copy.deepcopy(trial)
        pooled.distributions = {name: space[name] for name in trial.params}
        pooled.user_attrs[context] = study_name
        pool.add_trial(pooled)
    set_context(pool, context)
    return pool


def _check(snapshots: Sequence[Snapshot], context: str) -> None:
    names = [s.study_name for s in snapshots]
    if len(set(names)) < max(len(names), 2):
        raise ValueError(
            f"Two studies of different names are needed at least, not {names}: rename one of them."
        )
    for s in snapshots[1:]:
        if s.directions != snapshots[0].directions:
            ways = [[d.name.lower() for d in one.directions] for one in (snapshots[0], s)]
            raise ValueError(
                f"Studies {names[0]!r} and {s.study_name!r} have directions {ways[0]} and "
                f"{ways[1]}: only those of the same kind can be pooled."
            )
    if any(context in {**t.user_attrs, **t.params} for s in snapshots for t in s.ended):
        raise ValueError(f"Trials have {context!r} already: name the context otherwise.")
