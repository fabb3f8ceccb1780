"""Figures of several studies, or of several searches of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.domain.parsing import as_names
from optuna_guide.figures.plots.draw import plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.analysis.histogram import Normalisation


def plot_performance_comparison(
    study: Study | Sequence[Study],
    *,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Histogram stacked by study, beside what the target costs in each.

    Args:
        study: Several studies, the first of which says the target and the cost; or one.
        normalise: ``"min-max"``, ``"rank"`` or ``"z"`` within each study, or ``"none"``.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed: a line.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If an option is unknown, or there is no study.
    """
    return plot("performance_comparison", study, normalise=normalise, against=against, limit=limit)


def plot_exploration_comparison(
    study: Study | Sequence[Study], *, params: str | Sequence[str] = ()
) -> go.Figure:
    """The samplers of a study, or several studies, side by side over common axes.

    Args:
        study: A study, whose guidance is brought up to date first; or several: the first one says
            the target and what is important.
        params: Parameters to draw; the most important by default.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If there is no study.
    """
    return plot("exploration_comparison", study, params=as_names(params))


def plot_parallel_comparison(
    study: Study | Sequence[Study], *, params: str | Sequence[str] = ()
) -> go.Figure:
    """Parallel coordinates of several studies over common axes, a colour for each.

    Args:
        study: Several studies, the first of which says the target and what is important; or one.
        params: Parameters to draw; by default the most important ones that all studies have, and
            left of them what only some have.

    Raises:
        KeyError: If no study has such a parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If there is no study.
    """
    return plot("parallel_comparison", study, params=as_names(params))


def plot_importance_across(studies: Sequence[Study]) -> go.Figure:
    """What matters in each of several studies: a heat map of ranks.

    The numbers behind it are those of `compare_studies`.

    Args:
        studies: At least two, whose guidance is brought up to date first.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    return plot("importance_across", studies)


def plot_transfer_matrix(studies: Sequence[Study]) -> go.Figure:
    """How well a model of one study ranks the trials of another; rows are predicted.

    The numbers behind it are those of `compare_studies`.

    Args:
        studies: At least two, of which the twelve newest are tested on each other.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    return plot("transfer_matrix", studies)
