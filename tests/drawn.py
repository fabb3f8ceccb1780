"""Figures of a guidance and of parts of a study that were made by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from optuna_guide.across.comparison import compare
from optuna_guide.across.transfer import TransferSkill
from optuna_guide.figures import panels
from optuna_guide.figures.drawing.look import Look
from optuna_guide.figures.sources import Sources
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.study.exploration import Exploration
from optuna_guide.study.table import TrialsTable


def make_sources(
    guidance: Guidance | NotReady,
    table: TrialsTable | None = None,
    *,
    exploration: Any = None,
    evidence: Any = None,
    predictions: Any = None,
    history: Sequence[Any] = (),
    studies: Mapping[str, Any] | None = None,
) -> Sources:
    """Sources of what is given; ``studies`` are tables or explorations, this one first."""
    if studies:
        (name, own), *others = studies.items()
        named = replace(guidance, study_name=name)
        beside = tuple((other, _of_study(named, part)) for other, part in others)
        compared = compare(
            dict.fromkeys(studies, guidance), {(name, name): TransferSkill(0.5, 0.8)}
        )
        return replace(_of_study(named, own), beside=beside, read_comparison=lambda: compared)
    return Sources(
        guidance,
        read_table=None if table is None else lambda: table,
        read_exploration=None if exploration is None else lambda: exploration,
        read_evidence=lambda: evidence,
        read_predictions=lambda _: predictions,
        read_history=lambda: history,
    )


def _of_study(guidance: Any, part: Any) -> Sources:
    if isinstance(part, Exploration):
        return make_sources(guidance, part.trials, exploration=part)
    return make_sources(guidance, part)


def split(
    options: dict[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What belongs to the sources, and the options of a panel."""
    own = ("exploration", "evidence", "predictions", "history", "studies")
    return (
        {name: part for name, part in options.items() if name in own},
        {name: part for name, part in options.items() if name not in own},
    )


def draw(
    name: str,
    guidance: Guidance | NotReady,
    table: TrialsTable | None = None,
    look: Look | None = None,
    **options: Any,
) -> Any:
    """The plotly figure of a panel."""
    parts, rest = split(options)
    return panels.draw(name, make_sources(guidance, table, **parts), look, **rest)


def gather(
    name: str, guidance: Guidance | NotReady, table: TrialsTable | None = None, **options: Any
) -> Any:
    """What a panel is about to draw."""
    parts, rest = split(options)
    return panels.gather(name, make_sources(guidance, table, **parts), **rest)
