"""Figures of what the models say of a study, or of its guidance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optuna_guide.figures.plots.draw import plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go
    from optuna import Study

    from optuna_guide.analysis.robustness import ModelName
    from optuna_guide.figures.panels.interactions import InteractionPart
    from optuna_guide.guidance import Guidance


def plot_importance(source: Study | Guidance) -> go.Figure:
    """Bar chart: which parameters and interactions matter, and how much stays unexplained.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("importance", source)


def plot_promising_ranges(source: Study | Guidance) -> go.Figure:
    """Each parameter's promising range on its own axis, against where the trials went.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("promising_ranges", source)


def plot_effects(source: Study | Guidance) -> go.Figure:
    """Small multiples: the target along each parameter, averaged over the others.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("effects", source)


def plot_trust(source: Study | Guidance) -> go.Figure:
    """Skill against the number of trials, the gate, and what is missing.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("trust", source)


def plot_predictions(study: Study) -> go.Figure:
    """Predicted against observed target, each trial by trees that did not see it.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return plot("predictions", study)


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
    return plot("robustness", study, model=model)


def plot_importance_matrix(source: Study | Guidance) -> go.Figure:
    """Parameters and interactions in one ranking: bars over dots and links, forest beside EBM.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("importance_matrix", source)


def plot_importance_over_time(study: Study) -> go.Figure:
    """Importance at every version of the guidance, and whether it has settled.

    Args:
        study: A study, whose guidance is brought up to date first.

    Raises:
        TypeError: If ``study`` is a guidance, which does not know its past.
    """
    return plot("importance_over_time", study)


def plot_joint_importance(study: Study, sets: Sequence[str | Sequence[str]] = ()) -> go.Figure:
    """How much sets of parameters explain together, or how many parameters suffice.

    Args:
        study: A study, whose guidance is brought up to date first.
        sets: Sets of parameters, such as ``[["lr", "batch_size"]]``; by default the most important
            one, the two most important ones, and so on.

    Raises:
        KeyError: If there is no such parameter.
        TypeError: If ``study`` is a guidance, which does not hold the trials.
    """
    return plot("joint_importance", study, sets=sets)


def plot_shapes(source: Study | Guidance) -> go.Figure:
    """Shape functions of the EBM with errors and what to avoid, and whether the forest agrees.

    Args:
        source: A guidance, or a study, whose guidance is brought up to date first.
    """
    return plot("shapes", source)


def plot_interactions(source: Study | Guidance, *, part: InteractionPart = "total") -> go.Figure:
    """Surfaces of the strongest interactions, with the trials where a study is given.

    Args:
        source: A study, whose guidance is brought up to date first; or a guidance.
        part: ``"total"``: main + main + interaction; ``"interaction"``: the interaction alone,
            which does not say where the target is good.

    Raises:
        ValueError: If ``part`` is neither.
    """
    return plot("interactions", source, part=part)
