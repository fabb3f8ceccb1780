"""Texts in the ink of the page; `tests/browser/test_dashboard.py` measures their contrast."""

from __future__ import annotations

import plotly.graph_objects as go

from optuna_guide.figures.drawing import theme
from optuna_guide.figures.drawing.ink import in_page_ink

GREY = "color:currentColor"


def test_what_is_written_beside_the_drawing_takes_the_ink_of_the_page() -> None:
    note = {"text": f'<span style="color:{theme.ORANGE}">band</span>', "font": {"size": 11}}
    figure = go.Figure(
        data=[{"type": "scatter", "mode": "markers+text", "text": ["a"]}],
        layout={
            "template": {},
            "title": {"text": "<b>T</b>"},
            "annotations": [note],
            "xaxis": {"ticktext": ["one"], "tickvals": [1]},
            "yaxis": {"ticksuffix": " s"},
        },
    )
    found = in_page_ink(figure)
    assert GREY in found.layout.title.text
    assert GREY in found.data[0].text[0]
    assert GREY in found.layout.xaxis.ticktext[0]
    assert GREY in found.layout.yaxis.tickprefix
    assert found.layout.yaxis.ticksuffix == " s</span>"
    assert f"color-mix(in srgb,{theme.ORANGE}" in found.layout.annotations[0].text
    assert figure.layout.title.text == "<b>T</b>"


def test_what_is_written_on_a_colour_or_for_the_mouse_stays() -> None:
    traces = [
        {"type": "bar", "text": ["on a bar"]},
        {"type": "scatter", "mode": "text", "text": ["white"], "textfont": {"color": "#fff"}},
        {"type": "scatter", "mode": "markers", "text": ["hover"]},
    ]
    found = in_page_ink(go.Figure(data=traces, layout={"template": {}}))
    assert [trace.text[0] for trace in found.data] == ["on a bar", "white", "hover"]
