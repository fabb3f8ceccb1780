"""Guidance for Optuna studies: what matters, which ranges are promising, how far to trust it.

Add `GuideCallback` to a study, let `GuidedSampler` narrow its search, or call `fit_guidance` on
one that has run already. Everything is imported at its first use, so that importing this package
costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the public names for type checkers; a test holds them to the table below
    from optuna_guide.across.catalogue import read_catalogue as read_catalogue
    from optuna_guide.across.growing import grow_study as grow_study
    from optuna_guide.across.importing.study import study_from_frame as study_from_frame
    from optuna_guide.across.next_study import next_study as next_study
    from optuna_guide.across.pooling import pool_studies as pool_studies
    from optuna_guide.analysis.diagnostics import diagnose as diagnose
    from optuna_guide.analysis.evidence import measure_evidence as measure_evidence
    from optuna_guide.analysis.failures import read_failures as read_failures
    from optuna_guide.analysis.robustness import robustness_curve as robustness_curve
    from optuna_guide.domain.beliefs import near as near
    from optuna_guide.domain.ranges import Choices as Choices
    from optuna_guide.domain.ranges import Intervals as Intervals
    from optuna_guide.experiments.ablate import create_ablations as create_ablations
    from optuna_guide.experiments.autopilot import autopilot as autopilot
    from optuna_guide.experiments.children import read_children as read_children
    from optuna_guide.experiments.craft import check_params as check_params
    from optuna_guide.experiments.enqueueing import enqueue as enqueue
    from optuna_guide.experiments.path import create_path as create_path
    from optuna_guide.experiments.queue import read_queue as read_queue
    from optuna_guide.experiments.repeats import create_repeats as create_repeats
    from optuna_guide.experiments.steer import cancel_trials as cancel_trials
    from optuna_guide.experiments.steer import clear_queue as clear_queue
    from optuna_guide.experiments.steer import fail_trial as fail_trial
    from optuna_guide.experiments.steer import reorder_queue as reorder_queue
    from optuna_guide.experiments.steer import stop as stop
    from optuna_guide.experiments.vary import create_variations as create_variations
    from optuna_guide.figures.plots.models import plot_effects as plot_effects
    from optuna_guide.figures.plots.models import plot_importance as plot_importance
    from optuna_guide.figures.plots.models import plot_importance_matrix as plot_importance_matrix
    from optuna_guide.figures.plots.models import (
        plot_importance_over_time as plot_importance_over_time,
    )
    from optuna_guide.figures.plots.models import plot_interactions as plot_interactions
    from optuna_guide.figures.plots.models import plot_joint_importance as plot_joint_importance
    from optuna_guide.figures.plots.models import plot_predictions as plot_predictions
    from optuna_guide.figures.plots.models import plot_promising_ranges as plot_promising_ranges
    from optuna_guide.figures.plots.models import plot_robustness as plot_robustness
    from optuna_guide.figures.plots.models import plot_shapes as plot_shapes
    from optuna_guide.figures.plots.models import plot_trust as plot_trust
    from optuna_guide.figures.plots.search import (
        plot_combination_matrix as plot_combination_matrix,
    )
    from optuna_guide.figures.plots.search import plot_diagnostics as plot_diagnostics
    from optuna_guide.figures.plots.search import plot_did_guidance_help as plot_did_guidance_help
    from optuna_guide.figures.plots.search import (
        plot_exploration_history as plot_exploration_history,
    )
    from optuna_guide.figures.plots.search import plot_findings as plot_findings
    from optuna_guide.figures.plots.search import plot_learning_curves as plot_learning_curves
    from optuna_guide.figures.plots.search import plot_model_overview as plot_model_overview
    from optuna_guide.figures.plots.search import (
        plot_parallel_coordinates as plot_parallel_coordinates,
    )
    from optuna_guide.figures.plots.search import (
        plot_performance_overview as plot_performance_overview,
    )
    from optuna_guide.figures.plots.search import plot_trellis as plot_trellis
    from optuna_guide.figures.plots.studies import (
        plot_exploration_comparison as plot_exploration_comparison,
    )
    from optuna_guide.figures.plots.studies import plot_importance_across as plot_importance_across
    from optuna_guide.figures.plots.studies import (
        plot_parallel_comparison as plot_parallel_comparison,
    )
    from optuna_guide.figures.plots.studies import (
        plot_performance_comparison as plot_performance_comparison,
    )
    from optuna_guide.figures.plots.studies import plot_transfer_matrix as plot_transfer_matrix
    from optuna_guide.guidance import Advice as Advice
    from optuna_guide.guidance import Guidance as Guidance
    from optuna_guide.guidance import NotReady as NotReady
    from optuna_guide.guidance.outlook import Forecast as Forecast
    from optuna_guide.guidance.outlook import Recommendation as Recommendation
    from optuna_guide.keeping.callback import GuideCallback as GuideCallback
    from optuna_guide.keeping.comparing import compare_studies as compare_studies
    from optuna_guide.keeping.refit import ensure_fresh as ensure_fresh
    from optuna_guide.keeping.stopping import StopWhenSettled as StopWhenSettled
    from optuna_guide.models.importance.ebm import EBMImportanceEvaluator as EBMImportanceEvaluator
    from optuna_guide.models.importance.fanova import (
        FanovaImportanceEvaluator as FanovaImportanceEvaluator,
    )
    from optuna_guide.models.importance.fanova_package import (
        FanovaPackageImportanceEvaluator as FanovaPackageImportanceEvaluator,
    )
    from optuna_guide.models.pipeline import fit_guidance as fit_guidance
    from optuna_guide.sampling.guided.sampler import GuidedSampler as GuidedSampler
    from optuna_guide.sampling.lite_gp import EarlierStudy as EarlierStudy
    from optuna_guide.sampling.lite_gp import LiteGPSampler as LiteGPSampler
    from optuna_guide.sampling.outlook.forecasting import forecast as forecast
    from optuna_guide.sampling.outlook.recommending import recommend as recommend
    from optuna_guide.sampling.pruner import GuidedPruner as GuidedPruner
    from optuna_guide.sampling.steering.beliefs import apply_belief as apply_belief
    from optuna_guide.sampling.steering.beliefs import belief_history as belief_history
    from optuna_guide.sampling.steering.beliefs import clear_beliefs as clear_beliefs
    from optuna_guide.sampling.steering.beliefs import read_beliefs as read_beliefs
    from optuna_guide.sampling.steering.control import apply_region as apply_region
    from optuna_guide.sampling.steering.control import clear_region as clear_region
    from optuna_guide.sampling.steering.control import pause as pause
    from optuna_guide.sampling.steering.control import region_history as region_history
    from optuna_guide.sampling.steering.control import resume as resume
    from optuna_guide.store.attributes import StoreError as StoreError
    from optuna_guide.store.versions import load_guidance as load_guidance
    from optuna_guide.study.choices import set_context as set_context
    from optuna_guide.study.choices import set_direction as set_direction
    from optuna_guide.study.exploration import read_exploration as read_exploration
    from optuna_guide.study.lessons import read_lessons as read_lessons
    from optuna_guide.study.predictions import log_predictions as log_predictions
    from optuna_guide.surfaces.export import export_guidance as export_guidance
    from optuna_guide.surfaces.notebook import explore as explore
    from optuna_guide.surfaces.publishing import publish as publish
    from optuna_guide.surfaces.report import write_report as write_report
    from optuna_guide.surfaces.report.across import write_comparison as write_comparison
    from optuna_guide.surfaces.workbench import wsgi as wsgi

__version__ = "0.1.0"

_PUBLIC = {
    "analysis.diagnostics": ("diagnose",),
    "analysis.evidence": ("measure_evidence",),
    "analysis.failures": ("read_failures",),
    "analysis.robustness": ("robustness_curve",),
    "across.catalogue": ("read_catalogue",),
    "across.growing": ("grow_study",),
    "across.importing.study": ("study_from_frame",),
    "domain.beliefs": ("near",),
    "domain.ranges": ("Choices", "Intervals"),
    "experiments.ablate": ("create_ablations",),
    "experiments.autopilot": ("autopilot",),
    "experiments.children": ("read_children",),
    "experiments.craft": ("check_params",),
    "experiments.enqueueing": ("enqueue",),
    "experiments.path": ("create_path",),
    "experiments.queue": ("read_queue",),
    "experiments.repeats": ("create_repeats",),
    "experiments.steer": (
        "cancel_trials",
        "clear_queue",
        "fail_trial",
        "reorder_queue",
        "stop",
    ),
    "experiments.vary": ("create_variations",),
    "figures.plots.models": (
        "plot_effects",
        "plot_importance",
        "plot_importance_matrix",
        "plot_importance_over_time",
        "plot_interactions",
        "plot_joint_importance",
        "plot_predictions",
        "plot_promising_ranges",
        "plot_robustness",
        "plot_shapes",
        "plot_trust",
    ),
    "figures.plots.search": (
        "plot_combination_matrix",
        "plot_diagnostics",
        "plot_did_guidance_help",
        "plot_exploration_history",
        "plot_findings",
        "plot_learning_curves",
        "plot_model_overview",
        "plot_parallel_coordinates",
        "plot_performance_overview",
        "plot_trellis",
    ),
    "figures.plots.studies": (
        "plot_exploration_comparison",
        "plot_importance_across",
        "plot_parallel_comparison",
        "plot_performance_comparison",
        "plot_transfer_matrix",
    ),
    "guidance": ("Advice", "Guidance", "NotReady"),
    "keeping.callback": ("GuideCallback",),
    "keeping.comparing": ("compare_studies",),
    "keeping.refit": ("ensure_fresh",),
    "models.importance.ebm": ("EBMImportanceEvaluator",),
    "models.importance.fanova": ("FanovaImportanceEvaluator",),
    "models.importance.fanova_package": ("FanovaPackageImportanceEvaluator",),
    "models.pipeline": ("fit_guidance",),
    "sampling.guided.sampler": ("GuidedSampler",),
    "sampling.lite_gp": ("EarlierStudy", "LiteGPSampler"),
    "guidance.outlook": ("Forecast", "Recommendation"),
    "keeping.stopping": ("StopWhenSettled",),
    "sampling.outlook.forecasting": ("forecast",),
    "sampling.outlook.recommending": ("recommend",),
    "sampling.pruner": ("GuidedPruner",),
    "sampling.steering.beliefs": (
        "apply_belief",
        "belief_history",
        "clear_beliefs",
        "read_beliefs",
    ),
    "sampling.steering.control": (
        "apply_region",
        "clear_region",
        "pause",
        "region_history",
        "resume",
    ),
    "across.next_study": ("next_study",),
    "across.pooling": ("pool_studies",),
    "store.attributes": ("StoreError",),
    "store.versions": ("load_guidance",),
    "study.choices": ("set_context", "set_direction"),
    "study.exploration": ("read_exploration",),
    "study.lessons": ("read_lessons",),
    "study.predictions": ("log_predictions",),
    "surfaces.export": ("export_guidance",),
    "surfaces.notebook": ("explore",),
    "surfaces.publishing": ("publish",),
    "surfaces.report": ("write_report",),
    "surfaces.report.across": ("write_comparison",),
    "surfaces.workbench": ("wsgi",),
}
_HOMES = {name: home for home, names in _PUBLIC.items() for name in names}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optuna_guide' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"optuna_guide.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
