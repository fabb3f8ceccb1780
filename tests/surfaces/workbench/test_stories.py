"""What the page is told in sentences."""

from __future__ import annotations

from dataclasses import replace

from guidances import make_guidance
from tables import make_table

from optuna_guide.guidance import Branch
from optuna_guide.surfaces.workbench.stories import findings


def test_branches_are_told_below_the_answers() -> None:
    branches = (
        Branch("solver", "sgd", ("momentum",), 30, 0, 0, 0.97),
        Branch("solver", "adam", (), 2, 9, 1, 0.9),
        Branch("solver", "lion", ("beta",), 0, 0, 3, None),
    )
    guidance = replace(make_guidance(), branches=branches)
    told = findings(make_table(guidance), guidance, (None, None))["answers"]
    assert len(told) == 9
    assert told[-1] == {
        "question": "Branch by branch",
        "sentence": "By solver: sgd: 30 trials, observed best 0.97; "
        "adam: 9 pruned and 1 failed of 12, observed best 0.9; "
        "lion: 3 failed of 3, nothing reached.",
    }
