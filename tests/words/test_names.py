from __future__ import annotations

import pytest
from name_families import FAMILIES

from optuna_guide.domain.wording import columns
from optuna_guide.words.names import short_names


@pytest.mark.parametrize("room", [12, 20])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0][:20])
def test_short_names_fit_and_tell_their_family_apart(family: tuple[str, ...], room: int) -> None:
    short = short_names(family, room)
    assert len({*short.values()}) == len(family)
    assert max(map(columns, short.values())) <= room


def test_a_name_loses_what_it_shares_with_others() -> None:
    short = short_names(FAMILIES[0], 9)
    assert list(short.values()) == ["…0_units", "…1_units", "layer0_…", "layer1_…", "lr"]
    assert short_names(FAMILIES[1], 16)[FAMILIES[1][0]] == "….weight_decay.…"


def test_a_name_that_fits_stays_whole() -> None:
    assert short_names(["layer0_units", "layer1_units"], 12)["layer1_units"] == "layer1_units"


def test_names_that_cannot_be_told_apart_are_still_cut() -> None:
    short = short_names(["ab" * 30, "ab" * 31], 10)
    assert max(map(columns, short.values())) <= 10
