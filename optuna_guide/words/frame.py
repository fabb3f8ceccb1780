"""The guidance as a data frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optuna_guide.words.phrases import promising

if TYPE_CHECKING:
    import pandas as pd

    from optuna_guide.guidance import Guidance, ParamGuidance


def frame(guidance: Guidance) -> pd.DataFrame:
    """One row per parameter, most important first; what is not known is missing."""
    import pandas as pd

    return pd.DataFrame([_record(param) for param in guidance.params])


def _record(param: ParamGuidance) -> dict[str, Any]:
    scores = ("importance", "share", "spread", "importance_top", "importance_ped")
    support = ("n_inside", "n_active", "top_inside", "top_outside", "coverage", "agreement")
    return {
        "parameter": param.name,
        **{name: getattr(param, name) for name in scores},
        "importance_ebm": param.importance_ebm,
        "active_share": param.active_share,
        "promising": promising(param) or None,
        **{name: getattr(param.evidence, name, None) for name in support},
        "advice": param.advice.kind,
        "advice_text": param.advice.text,
    }
