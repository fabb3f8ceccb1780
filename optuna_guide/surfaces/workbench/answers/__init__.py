"""What the answers to the page hold; the types of its scripts are written from these."""

from __future__ import annotations

from typing import TypedDict

from optuna_guide.surfaces.workbench.answers.experiments import (
    CheckedAnswer,
    ExperimentAnswer,
    FamilyAnswer,
    FormAnswer,
    PathAnswer,
    QueueAnswer,
    QueuedNowAnswer,
)
from optuna_guide.surfaces.workbench.answers.findings import (
    ChecksAnswer,
    EvidenceAnswer,
    FindingsAnswer,
    HistoryAnswer,
    VerdictAnswer,
)
from optuna_guide.surfaces.workbench.answers.models import (
    EstimatesAnswer,
    GuidanceAnswer,
    NotReadyAnswer,
    PlacedAnswer,
    PredictionAnswer,
    SubsetAnswer,
)
from optuna_guide.surfaces.workbench.answers.regions import (
    ChangedAnswer,
    CopyingAnswer,
    KeptAnswer,
    NextStudyAnswer,
    PreviewAnswer,
    RegionAnswer,
    UnseenAnswer,
)
from optuna_guide.surfaces.workbench.answers.trials import (
    CurvesAnswer,
    DetailsAnswer,
    ParamsAnswer,
    SameAnswer,
    TracksAnswer,
    TrialsAnswer,
)

Reads = TypedDict(
    "Reads",
    {
        "trials": TrialsAnswer | SameAnswer,
        "params": ParamsAnswer,
        "guidance": GuidanceAnswer,
        "curves": CurvesAnswer,
        "tracks": TracksAnswer,
        "details": DetailsAnswer,
        "estimates": EstimatesAnswer | NotReadyAnswer,
        "subset": SubsetAnswer | NotReadyAnswer,
        "predict": PredictionAnswer | NotReadyAnswer,
        "verdict": VerdictAnswer,
        "findings": FindingsAnswer,
        "diagnostics": ChecksAnswer,
        "history": HistoryAnswer,
        "evidence": EvidenceAnswer,
        "configuration_map": PlacedAnswer,
        "prediction_map": PlacedAnswer,
        "region": RegionAnswer,
        "region/preview": PreviewAnswer | UnseenAnswer,
        "kept": KeptAnswer,
        "copying": CopyingAnswer,
        "experiments/queue": QueueAnswer,
        "experiments/children": FamilyAnswer,
        "experiments/ablations": ExperimentAnswer,
        "experiments/variations": ExperimentAnswer,
        "experiments/path": PathAnswer | NotReadyAnswer,
        "experiments/form": FormAnswer,
        "experiments/check": CheckedAnswer,
    },
)
Reads.__doc__ = "What is answered on each path that is read."


Writes = TypedDict(
    "Writes",
    {
        "region": ChangedAnswer,
        "region/clear": ChangedAnswer,
        "region/pause": ChangedAnswer,
        "region/resume": ChangedAnswer,
        "region/undo": ChangedAnswer,
        "kept": ChangedAnswer,
        "context": ChangedAnswer,
        "direction": ChangedAnswer,
        "next_study": NextStudyAnswer,
        "experiments/enqueue": QueuedNowAnswer,
        "experiments/repeat": QueuedNowAnswer,
        "experiments/cancel": QueuedNowAnswer,
        "experiments/reorder": QueuedNowAnswer,
        "experiments/stop": QueuedNowAnswer,
        "experiments/fail": QueuedNowAnswer,
    },
)
Writes.__doc__ = "What is answered on each path that changes something."
