"""What every panel promises, whatever the guidance."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import drawn
import numpy as np
import optuna
import pytest
from guidances import close_gate, make_guidance, ugly_guidance
from optuna.distributions import CategoricalDistribution
from tables import make_table, with_models
from ugly import NOT_READY, UGLY

from optuna_guide.figures import panels, plots
from optuna_guide.figures.drawing import theme
from optuna_guide.figures.drawing.look import Look
from optuna_guide.guidance import Guidance, NotReady
from optuna_guide.models.pipeline import fit_table
from optuna_guide.study.snapshot import read_snapshot
from optuna_guide.study.table import TrialsTable, read_trials
from optuna_guide.surfaces.publishing import PUBLISHED

MAX_CHARACTERS = 300_000
MAX_PUBLISHED = 30_000

each_panel = pytest.mark.parametrize("name", panels.NAMES)
OF_GUIDANCE = (
    "effects",
    "importance",
    "importance_matrix",
    "importance_over_time",
    "interactions",
    "promising_ranges",
    "shapes",
    "trust",
)
COMPARING = ("importance_across", "transfer_matrix")  # nothing without other studies
trials_panels = [name for name in panels.NAMES if name not in (*OF_GUIDANCE, *COMPARING)]
plotted = [
    name for name in panels.NAMES if hasattr(plots, f"plot_{name}") and name not in COMPARING
]
each_trials_panel = pytest.mark.parametrize("name", trials_panels)


def draw(name: str, guidance: Guidance) -> dict[str, Any]:
    """The figure as the dashboard receives it."""
    plain: dict[str, Any] = json.loads(to_json(name, guidance))
    return plain


def to_json(name: str, guidance: Guidance, table: TrialsTable | None = None) -> str:
    table = make_table(guidance) if table is None else table
    text: str = drawn.draw(name, guidance, table).to_json(engine="json")
    return text


def words(name: str, guidance: Guidance) -> str:
    """Everything that is written in the figure, without its markup."""
    return " ".join(re.sub(r"<[^<>]*>", " ", said) for said in texts(draw(name, guidance)))


def texts(plain: Any) -> Iterator[str]:
    if isinstance(plain, str):
        yield plain
    elif isinstance(plain, dict | list):
        for value in plain.values() if isinstance(plain, dict) else plain:
            yield from texts(value)


def test_everything_in_the_folder_is_a_panel() -> None:
    found = Path(panels.__file__).parent.glob("[!_]*")
    names = {p.stem for p in found if p.is_dir() or p.suffix == ".py"}
    assert set(panels.NAMES) == names
    assert set(PUBLISHED) <= names


@pytest.mark.parametrize("name", [n for n in panels.NAMES if hasattr(panels.load(n), "__path__")])
def test_a_panel_that_is_a_folder_has_both_halves_apart(name: str) -> None:
    panel = panels.load(name)
    halves = panel.gather.__module__, panel.draw.__module__
    assert halves == tuple(f"{panel.__name__}.{half}" for half in ("gathering", "drawing"))


def test_an_unknown_panel_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"no panel 'x'; there are combination_matrix, .*trust"):
        panels.load("x")


@each_panel
def test_a_panel_says_in_one_sentence_how_to_read_it(name: str) -> None:
    panel = panels.load(name)
    assert panel.TITLE
    assert panel.HOW.endswith(".")
    assert ". " not in panel.HOW
    head = draw(name, make_guidance())["layout"]["annotations"][0]["text"]
    assert re.sub(r"<br>", " ", re.sub(r"</?(b|span)\b[^<>]*>", "", head)) == panel.HOW


@each_panel
def test_a_panel_draws_any_guidance_in_little_space(name: str, any_guidance: Guidance) -> None:
    text = to_json(name, any_guidance)
    assert len(text) <= MAX_CHARACTERS
    assert len(text) <= MAX_PUBLISHED or name not in PUBLISHED or name in trials_panels
    layout = json.loads(text)["layout"]
    assert not {"width", "height"} & set(layout)
    assert len(json.dumps(layout["template"])) < 100
    assert layout["uirevision"] == "optuna-guide"
    assert panels.load(name).TITLE in layout["title"]["text"]


@each_panel
def test_what_is_written_below_the_drawings_has_its_room(
    name: str, any_guidance: Guidance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(theme, "FOOT", 30.0)  # nearly all of it takes several lines then
    layout = json.loads(to_json(name, any_guidance))["layout"]
    for note in layout.get("annotations", []):
        if (note.get("yref"), note.get("y"), note.get("yanchor")) == ("paper", 0, "top"):
            n_lines = note["text"].count("<br>") + 1
            assert layout["margin"]["b"] >= 14 * n_lines - note.get("yshift", 0), note["text"]


@each_panel
@pytest.mark.parametrize("closed", [False, True])
def test_a_panel_gathers_frozen_numbers_and_draws_them_alike(name: str, closed: bool) -> None:
    guidance = with_models(make_guidance())
    guidance = close_gate(guidance) if closed else guidance
    panel = panels.load(name)
    assert all(word in panel.HOW for word in panel.COLOURS)
    numbers = drawn.gather(name, guidance, make_table(guidance))
    assert dataclasses.fields(numbers)
    assert type(numbers).__dataclass_params__.frozen
    once, again = (panels.show(name, numbers, Look()).to_json(engine="json") for _ in range(2))
    assert once == again == to_json(name, guidance)


@each_panel
def test_a_panel_without_guidance_says_why(name: str) -> None:
    figure = drawn.draw(name, NotReady("1 more trial", 9, 1), look=Look(number=3))
    assert "1 more trial" in figure.layout.annotations[0].text
    assert figure.layout.title.text == f"<b>3</b> <b>{panels.load(name).TITLE}</b>"
    assert not figure.data


@each_panel
def test_a_head_can_be_left_to_the_place_where_the_figure_is_shown(name: str) -> None:
    guidance, place = close_gate(make_guidance()), Look(has_head=False)
    whole = drawn.draw(name, guidance, make_table(guidance))
    bare = drawn.draw(name, guidance, make_table(guidance), place)
    assert bare.layout.title.text is None
    assert bare.layout.annotations == whole.layout.annotations[1:]
    assert bare.data == whole.data
    assert bare.layout.margin.t < whole.layout.margin.t


@each_panel
def test_an_unknown_option_names_those_that_there_are(name: str, guidance: Guidance) -> None:
    known = panels.read_options(name)
    said = f"{name!r} has no option 'sky'; it has {', '.join(known) or 'none'}"
    with pytest.raises(ValueError, match=said):
        drawn.draw(name, guidance, sky="blue")


@each_panel
def test_the_same_guidance_gives_the_same_figure(name: str) -> None:
    assert to_json(name, make_guidance()) == to_json(name, make_guidance())


@each_panel
def test_nothing_needs_webgl(name: str, guidance: Guidance) -> None:
    drawn = draw(name, with_models(guidance))["data"]
    assert {trace["type"] for trace in drawn} <= {"scatter", "bar", "heatmap"}


@each_panel
@pytest.mark.parametrize("closed", [False, True])
def test_names_are_text_and_never_markup(name: str, closed: bool) -> None:
    guidance = with_models(ugly_guidance())
    guidance = close_gate(guidance) if closed else guidance
    figure = draw(name, guidance)
    figure["layout"].pop("meta", None)  # is not drawn: the page finds names there as they are
    for said in texts(figure):
        own = re.sub(r"</?(b|br|span|extra)( style=\"[-a-z]+:[^\"<>]+\")?>", "", said)
        assert "<" not in own
        assert "$" not in said


@each_panel
def test_no_name_reaches_a_hover_template(name: str) -> None:
    for trace in draw(name, ugly_guidance())["data"]:
        template = trace.get("hovertemplate", "")
        assert set(re.findall(r"%\{(\w+)", template)) <= {"x", "y", "text", "customdata"}


@each_panel
def test_a_closed_gate_is_said_with_what_is_missing(name: str, guidance: Guidance) -> None:
    said = " ".join(words(name, close_gate(guidance)).split())
    assert "No suggestions yet: predictions rank unseen trials with a correlation of 0.20" in said
    assert "0.3 is needed: about 25 more complete trials." in said
    assert "No suggestions yet" not in words(name, guidance)


@each_panel
def test_panels_describe_and_do_not_praise(name: str, guidance: Guidance) -> None:
    said = words(name, guidance)
    assert not re.search(r"\b(best|optimal|optimum)\b", said)


@each_panel
def test_the_target_its_direction_and_the_number_of_trials_are_said(
    name: str, guidance: Guidance
) -> None:
    title = draw(name, guidance)["layout"]["title"]["text"]
    assert "accuracy, higher is better · 180 trials" in title


@each_panel
def test_models_and_trials_are_drawn_in_the_space_that_there_is(
    name: str, any_guidance: Guidance
) -> None:
    assert len(to_json(name, with_models(any_guidance))) <= MAX_CHARACTERS


@each_trials_panel
def test_a_figure_stays_small_however_many_trials_there_are(name: str) -> None:
    guidance = with_models(make_guidance())
    assert len(to_json(name, guidance, make_table(guidance, 20_000))) <= MAX_CHARACTERS


@each_trials_panel
def test_a_table_without_trials_is_said_to_be_empty(name: str, guidance: Guidance) -> None:
    table = make_table(guidance)
    plain = json.loads(to_json(name, guidance, table.take(table.numbers < 0)))
    said = " ".join(texts(plain["layout"]))
    assert "no trial" in said


@each_trials_panel
def test_trials_of_another_study_are_refused(name: str, guidance: Guidance) -> None:
    other = make_table(make_guidance())
    renamed = dataclasses.replace(other, objectives=("loss",))
    with pytest.raises(ValueError, match=r"no target 'accuracy' in study 'digits-mlp'"):
        to_json(name, with_models(guidance), renamed)


@each_trials_panel
def test_a_parameter_whose_choices_changed_is_left_out(name: str, guidance: Guidance) -> None:
    old = {p.name: p.distribution for p in guidance.params}
    new = {**old, "activation": CategoricalDistribution(("relu", "gelu"))}
    table = make_table(guidance)
    params = np.where(np.arange(len(new)) == 2, np.minimum(table.params, 1), table.params)
    table = dataclasses.replace(table, space=new, params=params)
    to_json(name, guidance, table)


@pytest.mark.parametrize("study_name", UGLY)
def test_every_figure_draws_every_ugly_study(study_name: str) -> None:
    table = read_trials(read_snapshot(UGLY[study_name]()))
    guidance = fit_table(table, seed=0)
    if isinstance(guidance, NotReady):
        assert study_name in NOT_READY
        return
    for name in panels.NAMES:
        assert len(to_json(name, guidance, table)) <= MAX_CHARACTERS


@pytest.mark.parametrize("name", plotted)
def test_a_study_without_guidance_gives_a_figure_that_says_why(name: str) -> None:
    study = UGLY["nine trials"]()
    figure = getattr(plots, f"plot_{name}")(study)
    said = " ".join(note.text.replace("<br>", " ") for note in figure.layout.annotations)
    assert "1 more" in said


@pytest.fixture(scope="module")
def study() -> optuna.Study:
    """One study, so that its guidance is fitted once."""
    return UGLY["maximised"]()


@pytest.mark.parametrize("name", plotted)
def test_a_plot_function_takes_a_study_and_fits_its_guidance(
    name: str, study: optuna.Study
) -> None:
    figure = getattr(plots, f"plot_{name}")(study)
    assert panels.load(name).TITLE in figure.layout.title.text


@pytest.mark.parametrize("name", plotted)
def test_a_plot_of_trials_needs_the_study(name: str, guidance: Guidance) -> None:
    plot = getattr(plots, f"plot_{name}")
    if name in OF_GUIDANCE and name != "importance_over_time":
        assert plot(with_models(guidance)).data
        return
    with pytest.raises(TypeError, match="which a guidance does not hold: pass the study instead"):
        plot(guidance)
