"""The panels as plotly figures for Python and notebooks, of a study or of its guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from optuna_guide.figures import panels
from optuna_guide.figures.sources import find_sources, list_studies

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.analysis.histogram import Normalisation
    from optuna_guide.analysis.robustness import ModelName
    from optuna_guide.analysis.selection import Selection
    from optuna_guide.figures.panels.combination_matrix import Shown
    from optuna_guide.figures.panels.exploration_history.timeline import Order
    from optuna_guide.figures.panels.interactions import InteractionPart
    from optuna_guide.figures.panels.model_overview.projections import Projection
    from optuna_guide.guidance import Guidance


def plot_importance(source: Study | Guidance) -> go.Figure:
    """Bar chart: which parameters and interactions matter, and how much stays unexplained.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("importance", source)


def plot_promising_ranges(source: Study | Guidance) -> go.Figure:
    """Each parameter's promising range on its own axis, against where the trials went.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("promising_ranges", source)


def plot_effects(source: Study | Guidance) -> go.Figure:
    """Small multiples: the target along each parameter, averaged over the others.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("effects", source)


def plot_trust(source: Study | Guidance) -> go.Figure:
    """Skill against the number of trials, the gate, and what is missing.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("trust", source)


def plot_predictions(study: Study) -> go.Figure:
    """Predicted against observed target, each trial by trees that did not see it.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return _plot("predictions", study)


def plot_robustness(study: Study, *, model: ModelName = "forest") -> go.Figure:
    """How many trials it takes: skill on held-out trials as the others grow, and its knee.

    The numbers behind it are those of `robustness_curve`.

    Args:
        study: A study, whose guidance is brought up to date first.
        model: ``"forest"`` or ``"ebm"``.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If ``model`` is neither.
    """
    return _plot("robustness", study, model=model)


def plot_importance_matrix(source: Study | Guidance) -> go.Figure:
    """Parameters and interactions in one ranking: bars over dots and links, forest beside EBM.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("importance_matrix", source)


def plot_importance_over_time(study: Study) -> go.Figure:
    """Importance at every version of the guidance, and whether it has settled.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not know its past.
    """
    return _plot("importance_over_time", study)


def plot_joint_importance(study: Study, sets: Sequence[Sequence[str]] = ()) -> go.Figure:
    """How much sets of parameters explain together, or how many parameters suffice.

    Args:
        study: A study, whose guidance is brought up to date first.
        sets: Sets of parameters, such as ``[["lr", "batch_size"]]``; by default the most important
            one, the two most important ones, and so on.

    Raises:
        KeyError: If there is no such parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return _plot("joint_importance", study, sets=sets)


def plot_shapes(source: Study | Guidance) -> go.Figure:
    """Shape functions of the EBM with errors and what to avoid, and whether the forest agrees.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return _plot("shapes", source)


def plot_interactions(source: Study | Guidance, *, part: InteractionPart = "total") -> go.Figure:
    """Surfaces of the strongest interactions, with the trials where a study is given.

    Args:
        source: A study, whose guidance is brought up to date first; or a guidance.
        part: ``"total"``: main + main + interaction; ``"interaction"``: the interaction alone,
            which does not say where the target is good.

    Raises:
        ValueError: If ``part`` is neither.
    """
    return _plot("interactions", source, part=part)


def plot_parallel_coordinates(study: Study, *, params: Sequence[str] = ()) -> go.Figure:
    """Every trial a line over the parameters, with promising ranges; what matters is last.

    Args:
        study: A study, whose guidance is brought up to date first.
        params: Parameters to show; the twelve most important where nothing is said.

    Raises:
        KeyError: If there is no such parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return _plot("parallel_coordinates", study, params=params)


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
    return _plot("combination_matrix", study, selected=selected, show=show)


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
    return _plot("trellis", study, primary=primary, secondary=secondary)


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
    if not _is_several(study):
        return _plot("performance_overview", study, by=by, **options)
    if by is not None:
        raise ValueError(f"Several studies are stacked by study: leave out by={by!r}.")
    return _plot("performance_comparison", study, **options)


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
    return _plot(
        "performance_comparison", study, normalise=normalise, against=against, limit=limit
    )


def plot_exploration_history(
    study: Study | Sequence[Study],
    *,
    by: Order | Literal["sampler"] = "trial",
    params: Sequence[str] = (),
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
    if by == "sampler" or _is_several(study):
        return _plot("exploration_comparison", study, params=params)
    return _plot("exploration_history", study, by=by, params=params, colour_range=colour_range)


def plot_exploration_comparison(
    study: Study | Sequence[Study], *, params: Sequence[str] = ()
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
    return _plot("exploration_comparison", study, params=params)


def plot_importance_across(studies: Sequence[Study]) -> go.Figure:
    """What matters in each of several studies: a heat map of ranks.

    The numbers behind it are those of `compare_studies`.

    Args:
        studies: At least two, whose guidance is brought up to date first.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    return _plot("importance_across", studies)


def plot_transfer_matrix(studies: Sequence[Study]) -> go.Figure:
    """How well a model of one study ranks the trials of another; rows are predicted.

    The numbers behind it are those of `compare_studies`.

    Args:
        studies: At least two, of which the twelve newest are tested on each other.

    Raises:
        ValueError: If there are fewer than two, or two have one name.
    """
    return _plot("transfer_matrix", studies)


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
    return _plot("model_overview", study, **options)


def plot_diagnostics(study: Study) -> go.Figure:
    """Eleven checks of the search: number, threshold, and what to change.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return _plot("diagnostics", study)


def plot_learning_curves(study: Study, *, window: int = 3) -> go.Figure:
    """Intermediate values by step, and which trials were still improving at the end.

    Args:
        study: A study, whose guidance is brought up to date first.
        window: Steps of the moving average; 1 = as reported.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
        ValueError: If the window is not positive.
    """
    return _plot("learning_curves", study, window=window)


def plot_did_guidance_help(study: Study) -> go.Figure:
    """Trials before the narrowing, under each version of it, and beside it.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return _plot("did_guidance_help", study)


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
    return _plot("findings", study, show=show)


def _plot(name: str, source: Study | Guidance | Sequence[Study], **options: Any) -> go.Figure:
    return panels.draw(name, find_sources(source), **options)


def _is_several(source: Study | Sequence[Study]) -> bool:
    return len(list_studies(source)) > 1
