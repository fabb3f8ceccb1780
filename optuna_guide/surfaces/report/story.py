"""What the report shows in which order: from what to do, over why, to how the search went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Chapter:
    """Panels that answer one question.

    Attributes:
        key: Names it within the report.
        title: Heading.
        words: One sentence below it.
        panels: Ids of panels.
    """

    key: str
    title: str
    words: str
    panels: tuple[str, ...]


STORY = (
    Chapter(
        "trust",
        "How far to trust it",
        "Everything below is learnt from the trials alone; this is how well it predicts new ones.",
        ("trust", "predictions", "robustness"),
    ),
    Chapter(
        "try",
        "What to try",
        "Where the trials of the top lie, parameter by parameter and all together.",
        ("promising_ranges", "parallel_coordinates"),
    ),
    Chapter(
        "matters",
        "What matters",
        "How much of the differences between trials each parameter and each pair explains.",
        ("importance", "importance_matrix", "importance_over_time", "joint_importance"),
    ),
    Chapter(
        "acts",
        "How it acts",
        "What to expect at each value, by two models that share nothing but the trials.",
        ("effects", "shapes", "interactions"),
    ),
    Chapter(
        "together",
        "What goes together",
        "Options in pairs, counted and averaged; no model is involved.",
        ("combination_matrix", "trellis"),
    ),
    Chapter(
        "reached",
        "What the trials reached",
        "All values of the target, and what they cost.",
        ("performance_overview", "model_overview"),
    ),
    Chapter(
        "search",
        "How the search went",
        "Where the sampler went, when, and whether it served the study.",
        ("exploration_history", "exploration_comparison", "learning_curves", "did_guidance_help"),
    ),
)
WIDE = (
    "parallel_coordinates",
    "parallel_comparison",
    "exploration_history",
    "exploration_comparison",
    "interactions",
    "combination_matrix",
    "trellis",
    "performance_overview",
)
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "model_overview": {"projection": "configuration"},  # costs are in the panel before it
}
ACROSS = (
    Chapter(
        "matters",
        "What matters in each",
        "Importance within each study, and where their promising ranges overlap.",
        ("importance_across",),
    ),
    Chapter(
        "transfer",
        "What one teaches of another",
        "A model of each study, tested on the trials of each other.",
        ("transfer_matrix",),
    ),
    Chapter(
        "reached",
        "What the trials reached",
        "Values, costs and trials of all studies over common axes.",
        ("performance_comparison", "parallel_comparison"),
    ),
    Chapter(
        "searched",
        "How each searched",
        "A column for each study, over common axes.",
        ("exploration_comparison",),
    ),
)
IN_WORDS = ("findings", "diagnostics")  # panels whose content the report writes as text
