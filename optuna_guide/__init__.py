"""Guidance for Optuna studies: what matters, which ranges are promising, how far to trust it.

Add `GuideCallback` to a study, let `GuidedSampler` narrow its search, or call `fit_guidance` on
one that has run already. Everything is imported at its first use, so that importing this package
costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna_guide.callback import GuideCallback
    from optuna_guide.diagnostics import diagnose
    from optuna_guide.exploration import read_exploration
    from optuna_guide.export import export_guidance
    from optuna_guide.fit import fit_guidance
    from optuna_guide.guidance import Advice, Choices, Guidance, Intervals, NotReady
    from optuna_guide.guided_sampler.evidence import measure_evidence
    from optuna_guide.guided_sampler.sampler import GuidedSampler
    from optuna_guide.importance.ebm import EBMImportanceEvaluator
    from optuna_guide.importance.fanova import FanovaImportanceEvaluator
    from optuna_guide.importance.fanova_package import FanovaPackageImportanceEvaluator
    from optuna_guide.lite_gp import LiteGPSampler
    from optuna_guide.plots import (
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
    from optuna_guide.projection.predictions import log_predictions
    from optuna_guide.publish import publish
    from optuna_guide.refit import ensure_fresh
    from optuna_guide.region.control import (
        apply_region,
        clear_region,
        pause,
        region_history,
        resume,
    )
    from optuna_guide.region.next_study import next_study
    from optuna_guide.report import write_report
    from optuna_guide.store import load_guidance
    from optuna_guide.workbench import wsgi

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
    "Choices": "guidance",
    "EBMImportanceEvaluator": "importance.ebm",
    "FanovaImportanceEvaluator": "importance.fanova",
    "FanovaPackageImportanceEvaluator": "importance.fanova_package",
    "Guidance": "guidance",
    "GuideCallback": "callback",
    "GuidedSampler": "guided_sampler.sampler",
    "Intervals": "guidance",
    "LiteGPSampler": "lite_gp",
    "NotReady": "guidance",
    "apply_region": "region.control",
    "clear_region": "region.control",
    "diagnose": "diagnostics",
    "ensure_fresh": "refit",
    "export_guidance": "export",
    "fit_guidance": "fit",
    "load_guidance": "store",
    "log_predictions": "projection.predictions",
    "measure_evidence": "guided_sampler.evidence",
    "next_study": "region.next_study",
    "pause": "region.control",
    "plot_combination_matrix": "plots",
    "plot_diagnostics": "plots",
    "plot_did_guidance_help": "plots",
    "plot_effects": "plots",
    "plot_exploration_comparison": "plots",
    "plot_exploration_history": "plots",
    "plot_findings": "plots",
    "plot_importance": "plots",
    "plot_importance_matrix": "plots",
    "plot_importance_over_time": "plots",
    "plot_interactions": "plots",
    "plot_joint_importance": "plots",
    "plot_learning_curves": "plots",
    "plot_model_overview": "plots",
    "plot_parallel_coordinates": "plots",
    "plot_performance_comparison": "plots",
    "plot_performance_overview": "plots",
    "plot_promising_ranges": "plots",
    "plot_shapes": "plots",
    "plot_trellis": "plots",
    "plot_trust": "plots",
    "publish": "publish",
    "read_exploration": "exploration",
    "region_history": "region.control",
    "resume": "region.control",
    "write_report": "report",
    "wsgi": "workbench",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'optuna_guide' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"optuna_guide.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
