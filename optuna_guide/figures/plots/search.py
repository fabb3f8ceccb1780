"""Figures of the trials of a study, and of how the search went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.domain.parsing import as_names
from optuna_guide.figures.plots.draw import is_several, plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.analysis.histogram import Normalisation
    from optuna_guide.analysis.selection import Selection
    from optuna_guide.figures.panels.combination_matrix import Shown
    from optuna_guide.figures.panels.exploration_history.timeline import Order
    from optuna_guide.figures.panels.model_overview.projections import Projection


def plot_parallel_coordinates(study: Study, *, params: str | Sequence[str] = ()) -> go.Figure:
    """Every trial a line over the parameters, with promising ranges; what matters is last.

    Args:
        study: A study, whose guidance is brought up to date first.
        params: Parameters to show; the twelve most important where nothing is said.

    Raises:
        KeyError: If there is no such parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return plot("parallel_coordinates", study, params=as_names(params))


def plot_combination_matrix(
    study: Study, *, selected: Selection = "top 10%", show: Shown = "lift"
) -> go.Figure:
    """All pairs of options: how often trials that have both are among the selected ones.

    Args:
        study: A study, whose guidance is brought up to date first.
        selected: ``"top 10%"`` or ``"bottom 25%"`` with any number, ``"main cluster"`` (the
            shortest interval that holds half of the trials), or an interval ``(low, high)`` of the
            target.
        show: ``"lift"``, which allows for how often a pair was tried, or ``"count"``.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If an option is unknown.
    """
    return plot("combination_matrix", study, selected=selected, show=show)


def plot_trellis(
    study: Study, *, primary: str | None = None, secondary: str | None = None
) -> go.Figure:
    """Mean target by the options of all parameters, split by two of them.

    Args:
        study: A study, whose guidance is brought up to date first.
        primary: Parameter or context whose options have a column each; the most important
            parameter by default.
        secondary: Parameter or context whose options have a colour each; by default the parameter
            that interacts most with the primary one.

    Raises:
        KeyError: If there is no such parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If both are the same parameter.
    """
    return plot("trellis", study, primary=primary, secondary=secondary)


def plot_performance_overview(
    study: Study | Sequence[Study],
    *,
    by: str | None = None,
    normalise: Normalisation = "none",
    against: str | None = None,
    limit: float | None = None,
) -> go.Figure:
    """Histogram of the target, stacked by options or by study, beside what the target costs.

    Args:
        study: A study, whose guidance is brought up to date first; or several over common axes:
            the first one says the target and the cost.
        by: A parameter, a context or a numeric user attribute that is stacked; the most important
            parameter by default.
        normalise: ``"min-max"``, ``"rank"`` or ``"z"`` within each group, or ``"none"``.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        limit: What the cost must not exceed: a line.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If an option is unknown, or there is no study.
    """
    options: dict[str, Any] = {"normalise": normalise, "against": against, "limit": limit}
    if not is_several(study):
        return plot("performance_overview", study, by=by, **options)
    if by is not None:
        raise ValueError(f"Several studies are stacked by study: leave out by={by!r}.")
    return plot("performance_comparison", study, **options)


def plot_exploration_history(
    study: Study | Sequence[Study],
    *,
    by: Order | Literal["sampler"] = "trial",
    params: str | Sequence[str] = (),
    colour_range: tuple[float, float] | None = None,
) -> go.Figure:
    """How the search explored every parameter, above the record of its best values.

    Args:
        study: A study, whose guidance is brought up to date first; or several, drawn side by side
            over common axes: the first one says the target and what is important.
        by: What runs along the axis: ``"trial"``, ``"batch"``, ``"generation"``, ``"bracket"``,
            ``"rung"`` or ``"step"``; or ``"sampler"``: the samplers of a study side by side.
        params: Parameters to draw; the most important by default.
        colour_range: Values of the target at the ends of the colour scale.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If an option is unknown, or there is no study.
    """
    params = as_names(params)
    if by == "sampler" or is_several(study):
        return plot("exploration_comparison", study, params=params)
    return plot("exploration_history", study, by=by, params=params, colour_range=colour_range)


def plot_model_overview(
    study: Study,
    *,
    projection: Projection | None = None,
    against: str | None = None,
    size: str | None = None,
    colour: str | None = None,
) -> go.Figure:
    """Every trial a point: target against a cost, a map of configurations, one of predictions.

    Args:
        study: A study, whose guidance is brought up to date first.
        projection: What is seen first: ``"attribute"``, ``"configuration"`` or ``"prediction"``,
            which needs `log_predictions`; buttons switch to the others.
        against: Another objective, ``"duration"`` or a numeric user attribute, as the cost.
        size: The same, as the size of the points; the cost by default.
        colour: The same, as their colour; the target by default.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If an option is unknown.
    """
    options = {"projection": projection, "against": against, "size": size, "colour": colour}
    return plot("model_overview", study, **options)


def plot_diagnostics(study: Study) -> go.Figure:
    """Eleven checks of the search: number, threshold, and what to change.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return plot("diagnostics", study)


def plot_learning_curves(study: Study, *, window: int = 3) -> go.Figure:
    """Intermediate values by step, and which trials were still improving at the end.

    Args:
        study: A study, whose guidance is brought up to date first.
        window: Steps of the moving average; 1 = as reported.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If the window is not positive.
    """
    return plot("learning_curves", study, window=window)


def plot_did_guidance_help(study: Study) -> go.Figure:
    """Trials before the narrowing, under each version of it, and beside it.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return plot("did_guidance_help", study)


def plot_findings(
    study: Study, *, show: Literal["findings", "answers", "verdict"] = "findings"
) -> go.Figure:
    """Tested sentences about the study, or its answers to what people ask.

    Args:
        study: A study, whose guidance is brought up to date first.
        show: Which of them; ``"verdict"``: the verdict, then three findings.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If ``show`` is unknown.
    """
    return plot("findings", study, show=show)
