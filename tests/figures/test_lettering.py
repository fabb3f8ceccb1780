from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optuna_guide.figures.drawing import lettering


@given(st.text(max_size=80), st.floats(5, 60))
def test_a_cut_text_fits_its_room_and_begins_like_the_whole(words: str, room: float) -> None:
    shown = lettering.truncate(words, room)
    assert lettering.measure(shown) <= room
    assert words.startswith(shown.removesuffix("…").rstrip()) or shown == words


@given(st.text(max_size=200), st.floats(5, 60))
def test_wrapped_lines_fit_and_lose_nothing(words: str, room: float) -> None:
    lines = lettering.wrap(words, room)
    assert max(map(lettering.measure, lines)) <= room
    assert "".join(lines).replace(" ", "") == "".join(words.split()).replace(" ", "")


def test_what_has_no_line_left_is_cut_off() -> None:
    assert lettering.wrap("one two three four", 9, 2) == ["one two", "three f…"]


def test_no_line_ends_between_a_number_and_its_sign() -> None:
    assert lettering.wrap("one 36 % two", 8) == ["one", "36 %", "two"]
    assert lettering.wrap("one % two", 5) == ["one", "%", "two"]


def test_a_chinese_character_is_twice_as_wide_as_half_a_square() -> None:
    assert lettering.measure("学") == 2.0


def test_widths_are_those_of_the_widest_usual_sans_serif() -> None:
    truetype = pytest.importorskip("fontTools.ttLib")
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    dejavu = truetype.TTFont(Path(spec.origin).parent / "mpl-data/fonts/ttf/DejaVuSans.ttf")
    names, widths = dejavu.getBestCmap(), dejavu["hmtx"]
    for character in lettering._WIDTHS:
        ens = 2 * widths[names[ord(character)]][0] / dejavu["head"].unitsPerEm
        assert ens - 0.01 <= lettering.measure(character) <= 1.12 * ens, character
