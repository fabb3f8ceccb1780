"""The guidance in words, on every surface."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from guidances import GUIDANCE, UGLY_NAMES, close_gate, make_guidance, ugly_guidance
from optuna.distributions import CategoricalDistribution
from rich.console import Console

from optuna_guide.domain import wording
from optuna_guide.domain.ranges import Choices
from optuna_guide.guidance import Advice, Guidance
from optuna_guide.words import html, phrases, terminal


def render(guidance: Guidance, width: int = 100) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(terminal.renderable(guidance))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


class _Page(HTMLParser):
    """Tags and texts of a page, without its style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.open.append(tag)
        self.tags.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] != "style":
            self.texts.append(data)


def read_html(guidance: Guidance) -> _Page:
    page = _Page()
    page.feed(html.html(guidance))
    page.close()
    assert page.open == []
    return page


@pytest.mark.parametrize("key", GUIDANCE)
def test_any_guidance_can_be_said(key: str) -> None:
    guidance = GUIDANCE[key]()
    assert str(guidance) == terminal.plain(guidance)
    assert max(map(wording.columns, str(guidance).splitlines())) <= terminal.WIDTH
    assert read_html(guidance).texts
    assert len(guidance.to_frame()) == len(guidance.params)


def test_plain_text_says_study_target_trust_importance_range_and_advice() -> None:
    said = terminal.plain(make_guidance())
    assert "digits-mlp · accuracy, higher is better · 180 trials · version 3" in said
    assert "Suggestions are shown: predictions rank unseen trials" in said
    assert "forest 0.70, EBM 0.68, linear model 0.42" in said
    (row,) = (line for line in said.splitlines() if line.startswith("layer0_units "))
    assert re.search(r"23 % \S+ +25 … 63 +58 % / 6 % +keep to the promising range$", row)
    assert (
        "learning_rate × layer0_units make 13 % of what is explained, beyond each alone." in said
    )
    assert "shares of the 77 % of the variance that is explained, alone" in said
    assert "Trials were concentrated by the sampler." in said


@pytest.mark.parametrize("say", [terminal.plain, html.html], ids=["plain", "html"])
def test_a_closed_gate_is_said_first_with_what_is_missing(say: object) -> None:
    assert callable(say)
    said = " ".join(say(close_gate(make_guidance())).split())
    assert "No suggestions yet: predictions rank" in said
    assert "about 25 more complete trials." in said
    assert said.index("Too early to trust") < said.index("learning_rate")
    assert "keep to the promising range" not in said


def test_code_says_what_may_be_frozen_and_where() -> None:
    guidance = make_guidance()
    last = guidance.params[-1]
    advice = Advice("freeze", "explains little", Choices((0,)))
    kind = CategoricalDistribution(["a", "b"])
    frozen = replace(last, distribution=kind, promising=None, advice=advice)
    code = replace(guidance, params=(*guidance.params[:-1], frozen)).as_code()
    line = next(line for line in code.splitlines() if line.startswith(last.name))
    assert line.endswith("['a', 'b'])  # may be frozen at a")


def test_names_are_no_markup_in_a_terminal() -> None:
    said = terminal.plain(ugly_guidance())
    assert "<b>x</b>" in said
    assert "<u>%{x}</u>[bold]" in said
    assert "<script>note</script> [red]" in said


def test_names_are_no_markup_in_a_notebook() -> None:
    page = read_html(ugly_guidance())
    assert page.tags == {
        "div", "style", "p", "b", "i", "table", "thead", "tbody", "tr", "th", "td",
        "svg", "g", "rect", "title",
    }  # fmt: skip
    assert {name for name in UGLY_NAMES if name} <= set(page.texts)


def test_a_notebook_shows_the_top_trials_as_chips() -> None:
    page = html.html(make_guidance())
    assert page.count("<svg") == html.N_CHIPS
    assert "<b>0.97</b> · trial 10" in page
    assert "<title>solver: " in page


@pytest.mark.parametrize("key", GUIDANCE)
def test_a_parameter_is_one_row_of_a_terminal_of_80_columns(key: str) -> None:
    guidance = GUIDANCE[key]()
    lines = [line.rstrip() for line in render(guidance, width=80).splitlines()]
    assert max(map(wording.columns, lines)) <= 80
    first = next(i for i, line in enumerate(lines) if line.startswith("───"))
    rows = lines[first + 1 : lines.index("", first)]
    assert len(rows) == len(guidance.params)


def test_bars_are_as_long_as_what_is_explained() -> None:
    lengths = []
    for unexplained in (0.0, 0.5, 1.0):
        said = terminal.plain(replace(make_guidance(), unexplained=unexplained))
        found = re.findall(r" % ([━╸]+)", said)
        lengths.append(len(found[0]) if found else 0)
    assert lengths[0] == terminal.BAR_WIDTH
    assert lengths[0] > lengths[1] > lengths[2]
    assert lengths[2] == 0


def test_the_frame_has_a_row_per_parameter_with_numbers() -> None:
    guidance = make_guidance()
    frame = guidance.to_frame()
    first = frame.iloc[0]
    assert first["parameter"] == "learning_rate"
    promising = guidance.params[0].promising
    assert promising is not None
    assert first["promising"] == guidance.params[0].describe(promising)
    assert first["advice"] == "narrow"
    assert first["n_inside"] == 61
    assert frame["importance"].is_monotonic_decreasing
    assert frame["promising"].isna().iloc[-1]


def test_the_frame_has_the_same_columns_while_the_gate_is_closed() -> None:
    guidance = make_guidance()
    assert list(close_gate(guidance).to_frame()) == list(guidance.to_frame())


def test_scores_that_could_not_be_measured_are_left_out() -> None:
    guidance = make_guidance()
    unknown = float("nan")
    trust = replace(guidance.trust, r2=unknown, r2_linear=unknown, r2_ebm=None)
    assert phrases.skill(replace(guidance, trust=trust)) == "Sampling skew 0.31 (0 = uniform)."


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0 %"), (0.001, "<1 %"), (0.414, "41 %"), (float("nan"), "unknown")]
)
def test_shares_are_said_in_whole_percent(share: float, said: str) -> None:
    assert wording.percent(share) == said


@pytest.mark.parametrize(
    ("words", "width", "said"),
    [
        pytest.param("learning_rate", 13, "learning_rate", id="fits"),
        pytest.param("learning_rate", 9, "learning…", id="cut"),
        pytest.param("学習率の設定", 7, "学習率…", id="wide characters"),
        pytest.param("a b c", 3, "a…", id="no space before the ellipsis"),
    ],
)
def test_long_names_end_in_an_ellipsis(words: str, width: int, said: str) -> None:
    assert wording.cut(words, width) == said


def test_a_name_is_one_visible_line() -> None:
    assert wording.one_line("a\r\nb\tc\x00d") == "a b c d"
    assert wording.one_line(" ") == "(no name)"
    assert wording.one_line("a\u202eb") == "a b"


def test_the_gate_says_what_is_predicted_and_how_far_off_it_is() -> None:
    guidance = make_guidance()
    assert phrases.gate(guidance).endswith(
        "Predicted values are typically off by 0.07 in accuracy."
    )
    ranks = replace(guidance, trust=replace(guidance.trust, state="ranks", r2=0.1))
    assert phrases.gate(ranks).endswith(
        "The order of trials is predicted, their values are not: typically off by 0.07 in "
        "accuracy."
    )
    assert "typically off" not in phrases.gate(close_gate(guidance))


def test_importances_of_nothing_explained_are_said_to_tell_nothing() -> None:
    guidance = make_guidance()
    assert phrases.explained(guidance).startswith("Importances are shares of the ")
    assert "tell nothing" in phrases.explained(replace(guidance, unexplained=1.0))


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0, "< 0.001"),
        (5e-324, "< 0.001"),
        (0.00099, "< 0.001"),
        (0.001, "= 0.001"),
        (0.0234, "= 0.02"),
        (1.0, "= 1"),
    ],
)
def test_no_probability_is_said_to_be_nothing(probability: float, said: str) -> None:
    assert wording.equals(probability) == said


def test_the_best_trials_are_called_one_thing() -> None:
    called = [wording.name_top(share) for share in (0.01, 0.05, 0.1)]
    assert called == ["top 1 %", "top 5 %", "top tenth"]
