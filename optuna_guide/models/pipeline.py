"""The pipeline: from a study to its guidance, or to the reason why there is none."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from optuna_guide.guidance import NotReady
from optuna_guide.models.description import describe
from optuna_guide.models.fitting import fit_models
from optuna_guide.models.notes import MEND, explain_nothing
from optuna_guide.models.sample import MIN_TRIALS, read_sample
from optuna_guide.study.choices import choose_context
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import read_trials
from optuna_guide.study.targets import read_goal, read_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optuna import Study

    from optuna_guide.domain.direction import Direction
    from optuna_guide.domain.how import How
    from optuna_guide.guidance import Guidance
    from optuna_guide.models.fitting import Models
    from optuna_guide.study.table import TrialsTable


def fit_guidance(
    study: Study,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    context: str | Sequence[str] | None = None,
    how: How | None = None,
    include_pruned: bool = False,
    seed: int | None = None,
) -> Guidance | NotReady:
    """Learn from the complete trials of a study what matters and which ranges are promising.

    Args:
        study: Any Optuna study, finished or running; it is only read.
        target: What to explain: an objective's name or index, a numeric user attribute,
            ``"duration"``, ``"pareto_rank"`` or ``"feasible"``. By default the objective, or the
            Pareto rank where there are several.
        direction: Which way a user attribute is better; see `set_direction`.
        context: Parameters or user attributes that nobody would choose, such as the data set:
            values are explained within them, and nothing is advised about them. By default what
            was set with `set_context`, else what is found; ``[]`` = none.
        how: How values are given within the context; as fits them where nothing is said.
        include_pruned: Use pruned trials as well, through their last intermediate value.
        seed: Seed of the models. By default it follows from the trials, whatever their order: the
            same trials give the same guidance.

    Returns:
        The guidance, or a falsy `NotReady` that says what is missing.

    Raises:
        ValueError: If the study has no such target or context, or the options do not fit it.
    """
    started = time.perf_counter()
    snapshot = choose_context(read_snapshot(study), context, how)
    table = read_trials(snapshot, include_pruned=include_pruned)
    return fit_table(table, target=target, direction=direction, seed=seed, started=started)


def fit_table(
    table: TrialsTable,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
    started: float | None = None,
) -> Guidance | NotReady:
    """`fit_guidance` for trials that were read already.

    Args:
        table: Usable trials.
        target: See `fit_guidance`.
        direction: See `fit_guidance`.
        seed: See `fit_guidance`.
        started: When the work began, by `time.perf_counter`; now, where nothing is said.
    """
    started = time.perf_counter() if started is None else started
    models = fit_target(table, target=target, direction=direction, seed=seed)
    return models if isinstance(models, NotReady) else describe(models, started)


def fit_target(
    table: TrialsTable,
    *,
    target: str | int | None = None,
    direction: Direction | None = None,
    seed: int | None = None,
) -> Models | NotReady:
    """The models behind a guidance; the arguments are those of `fit_table`."""
    if len(table) == 0:
        all_failed = set(table.states) == {"FAIL"}
        missing = None if all_failed else MIN_TRIALS
        to_do = MEND if all_failed and not table.dropped.get("cancelled") else ""
        return NotReady(explain_nothing(table), 0, missing, to_do)
    sample = read_sample(table, read_target(table, target, direction=direction))
    return sample if isinstance(sample, NotReady) else fit_models(sample, seed)


def fit_again(guidance: Guidance, table: TrialsTable) -> Models | NotReady:
    """The models that a guidance was read from.

    Args:
        guidance: Says the target and the seed.
        table: The usable trials that it knows.

    Raises:
        ValueError: If the table does not know the target: it is of another study.
    """
    sample = read_sample(table, read_goal(guidance, table))
    return sample if isinstance(sample, NotReady) else fit_models(sample, guidance.seed)
