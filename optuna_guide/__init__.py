"""Guidance for Optuna studies: what matters, which ranges are promising, how far to trust it.

Add `GuideCallback` to a study, let `GuidedSampler` narrow its search, or call `fit_guidance` on
one that has run already. Everything is imported at its first use, so that importing this package
costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna_guide.analysis.diagnostics import diagnose
    from optuna_guide.analysis.evidence import measure_evidence
    from optuna_guide.domain.ranges import Choices, Intervals
    from optuna_guide.figures.plots import (
        plot_combination_matrix,
        plot_diagnostics,
        plot_did_guidance_help,
        plot_effects,
        plot_exploration_comparison,
        plot_exploration_history,
        plot_findings,
        plot_importance,
        plot_importance_matrix,
        plot_importance_over_time,
        plot_interactions,
        plot_joint_importance,
        plot_learning_curves,
        plot_model_overview,
        plot_parallel_coordinates,
        plot_performance_comparison,
        plot_performance_overview,
        plot_promising_ranges,
        plot_shapes,
        plot_trellis,
        plot_trust,
    )
    from optuna_guide.guidance import Advice, Guidance, NotReady
    from optuna_guide.keeping.callback import GuideCallback
    from optuna_guide.keeping.refit import ensure_fresh
    from optuna_guide.models.importance.ebm import EBMImportanceEvaluator
    from optuna_guide.models.importance.fanova import FanovaImportanceEvaluator
    from optuna_guide.models.importance.fanova_package import FanovaPackageImportanceEvaluator
    from optuna_guide.models.pipeline import fit_guidance
    from optuna_guide.sampling.guided.sampler import GuidedSampler
    from optuna_guide.sampling.lite_gp import LiteGPSampler
    from optuna_guide.sampling.steering.control import (
        apply_region,
        clear_region,
        pause,
        region_history,
        resume,
    )
    from optuna_guide.sampling.steering.next_study import next_study
    from optuna_guide.store import load_guidance
    from optuna_guide.study.exploration import read_exploration
    from optuna_guide.study.predictions import log_predictions
    from optuna_guide.surfaces.export import export_guidance
    from optuna_guide.surfaces.publishing import publish
    from optuna_guide.surfaces.report import write_report
    from optuna_guide.surfaces.workbench import wsgi

__version__ = "0.1.0"

__all__ = [
    "Advice",
    "Choices",
    "EBMImportanceEvaluator",
    "FanovaImportanceEvaluator",
    "FanovaPackageImportanceEvaluator",
    "Guidance",
    "GuideCallback",
    "GuidedSampler",
    "Intervals",
    "LiteGPSampler",
    "NotReady",
    "apply_region",
    "clear_region",
    "diagnose",
    "ensure_fresh",
    "export_guidance",
    "fit_guidance",
    "load_guidance",
    "log_predictions",
    "measure_evidence",
    "next_study",
    "pause",
    "plot_combination_matrix",
    "plot_diagnostics",
    "plot_did_guidance_help",
    "plot_effects",
    "plot_exploration_comparison",
    "plot_exploration_history",
    "plot_findings",
    "plot_importance",
    "plot_importance_matrix",
    "plot_importance_over_time",
    "plot_interactions",
    "plot_joint_importance",
    "plot_learning_curves",
    "plot_model_overview",
    "plot_parallel_coordinates",
    "plot_performance_comparison",
    "plot_performance_overview",
    "plot_promising_ranges",
    "plot_shapes",
    "plot_trellis",
    "plot_trust",
    "publish",
    "read_exploration",
    "region_history",
    "resume",
    "write_report",
    "wsgi",
]

_HOMES = {
    "Advice": "guidance",
    "Choices": "domain.ranges",
    "EBMImportanceEvaluator": "models.importance.ebm",
    "FanovaImportanceEvaluator": "models.importance.fanova",
    "FanovaPackageImportanceEvaluator": "models.importance.fanova_package",
    "Guidance": "guidance",
    "GuideCallback": "keeping.callback",
    "GuidedSampler": "sampling.guided.sampler",
    "Intervals": "domain.ranges",
    "LiteGPSampler": "sampling.lite_gp",
    "NotReady": "guidance",
    "apply_region": "sampling.steering.control",
    "clear_region": "sampling.steering.control",
    "diagnose": "analysis.diagnostics",
    "ensure_fresh": "keeping.refit",
    "export_guidance": "surfaces.export",
    "fit_guidance": "models.pipeline",
    "load_guidance": "store",
    "log_predictions": "study.predictions",
    "measure_evidence": "analysis.evidence",
    "next_study": "sampling.steering.next_study",
    "pause": "sampling.steering.control",
    "plot_combination_matrix": "figures.plots",
    "plot_diagnostics": "figures.plots",
    "plot_did_guidance_help": "figures.plots",
    "plot_effects": "figures.plots",
    "plot_exploration_comparison": "figures.plots",
    "plot_exploration_history": "figures.plots",
    "plot_findings": "figures.plots",
    "plot_importance": "figures.plots",
    "plot_importance_matrix": "figures.plots",
    "plot_importance_over_time": "figures.plots",
    "plot_interactions": "figures.plots",
    "plot_joint_importance": "figures.plots",
    "plot_learning_curves": "figures.plots",
    "plot_model_overview": "figures.plots",
    "plot_parallel_coordinates": "figures.plots",
    "plot_performance_comparison": "figures.plots",
    "plot_performance_overview": "figures.plots",
    "plot_promising_ranges": "figures.plots",
    "plot_shapes": "figures.plots",
    "plot_trellis": "figures.plots",
    "plot_trust": "figures.plots",
    "publish": "surfaces.publishing",
    "read_exploration": "study.exploration",
    "region_history": "sampling.steering.control",
    "resume": "sampling.steering.control",
    "write_report": "surfaces.report",
    "wsgi": "surfaces.workbench",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optuna_guide' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"optuna_guide.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
