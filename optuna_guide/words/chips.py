"""Trial chips: a configuration at a glance, a cell for each parameter, as SVG of three sizes.

A bar in a cell is as high as the value lies in its range, in the range's own scale; a choice has
the colour of its place among the choices; an inactive parameter leaves its cell empty; an orange
line says that the value lies in the promising range. Repeated parameters, such as ``layer0_units``
and ``layer1_units``, stand together as a sequence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from optuna_guide.guidance import ParamGuidance

Size = Literal["small", "medium", "large"]

INK, BAR, PROMISING = "#7f7f7f", "#3a87c8", "#cf7a00"
PALETTE = ("#b0639b", "#3f9b78", "#9a8a00", "#5b6fc4", "#c2604a", "#4a93a8")
MAX_CELLS = 48
_NUMBER = re.compile(r"(\D*)(\d+)(.*)", re.DOTALL)


@dataclass(frozen=True)
class _Look:
    cell: int  # width of a cell, pixels
    member: int  # width of a cell of a sequence
    height: int
    gap: int
    above: int  # room for the name
    below: int  # room for the value
    font: int


_LOOKS: Mapping[Size, _Look] = {
    "small": _Look(6, 5, 10, 2, 0, 0, 0),
    "medium": _Look(14, 11, 18, 4, 0, 0, 9),
    "large": _Look(66, 44, 22, 10, 14, 15, 11),
}


def find_families(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Names in their order; those that differ in their first number alone follow each other.

    ``("lr", "layer0_units", "drop", "layer1_units")`` gives
    ``[("lr",), ("layer0_units", "layer1_units"), ("drop",)]``.
    """
    families: dict[tuple[str, ...], list[tuple[int, str]]] = {}
    for name in names:
        found = _NUMBER.fullmatch(name)
        key = (found[1], found[3]) if found else (name,)
        families.setdefault(key, []).append((int(found[2][:9]) if found else 0, name))
    return [tuple(name for _, name in sorted(members)) for members in families.values()]


def draw_chip(
    params: Sequence[ParamGuidance], values: Mapping[str, float], size: Size = "medium"
) -> str:
    """SVG of one configuration.

    Args:
        params: Parameters, in the order in which they are drawn.
        values: Internal value of each active one.
        size: ``"small"``: a word in a line; ``"medium"``: a row of a table; ``"large"``: with
            names and values.
    """
    look = _LOOKS[size]
    known = {p.name: p for p in params}
    shown = [tuple(known[n] for n in family) for family in find_families(list(known))]
    drawn, x, n_cells = [], 0, 0
    for family in shown:
        family = family[: MAX_CELLS - n_cells]
        if not family:
            break
        width = look.cell if len(family) == 1 else look.member
        drawn.append("".join(_draw_family(family, values, look, x, width)))
        x += width * len(family) + look.gap
        n_cells += len(family)
    hidden = len(known) - n_cells
    if hidden:
        words = f"+{hidden}"
        drawn.append(_write(words, x, look.above + look.height / 2 + 4, look.font or 9))
        x += 8 * len(words)
    across, up = max(x, 1), look.height + look.above + look.below
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{up}" '
        f'viewBox="0 0 {across} {up}" role="img" aria-label="Parameters" '
        f'font-family="sans-serif">{"".join(drawn)}</svg>'
    )


def _draw_family(
    family: tuple[ParamGuidance, ...],
    values: Mapping[str, float],
    look: _Look,
    x: int,
    width: int,
) -> Iterator[str]:
    room = width * len(family)
    if look.above:
        name = family[0].name if len(family) == 1 else _common_name(family)
        yield _write(wording.cut(wording.one_line(name), room // 6), x, look.font - 1, look.font)
    for k, param in enumerate(family):
        yield _draw_cell(param, values.get(param.name), look, x + k * width, width)
    if len(family) > 1:  # a frame makes the cells one sequence
        yield (
            f'<rect x="{x + 0.5}" y="{look.above + 0.5}" width="{room - 1}" '
            f'height="{look.height - 1}" fill="none" stroke="{INK}" stroke-opacity=".6"/>'
        )


def _draw_cell(param: ParamGuidance, value: float | None, look: _Look, x: int, width: int) -> str:
    label = "inactive" if value is None else wording.one_line(param.label(value))
    parts = [f"<title>{escape(wording.one_line(param.name))}: {escape(label)}</title>"]
    opacity = 0 if value is None else 0.13
    box = f'x="{x + 0.5}" width="{width - 1}"'
    dash = ' stroke-dasharray="2 2"' if value is None else ""
    parts.append(
        f'<rect {box} y="{look.above + 0.5}" height="{look.height - 1}" fill="{INK}" '
        f'fill-opacity="{opacity}" stroke="{INK}" stroke-opacity=".35"{dash}/>'
    )
    if value is not None:
        high, colour = _fill(param, value)
        bar = max(high * (look.height - 2), 1.5)
        parts.append(
            f'<rect x="{x + 1}" width="{width - 2}" y="{look.above + look.height - 1 - bar:.1f}" '
            f'height="{bar:.1f}" fill="{colour}"/>'
        )
        if param.promising is not None and bool(param.promising.contains(value)):
            parts.append(
                f'<rect {box} y="{look.above + look.height - 2}" height="2" fill="{PROMISING}"/>'
            )
    if look.below:
        words = "–" if value is None else wording.cut(label, width // 6)
        parts.append(_write(words, x, look.above + look.height + look.font + 1, look.font))
    return f"<g>{''.join(parts)}</g>"


def _fill(param: ParamGuidance, value: float) -> tuple[float, str]:
    """How high the cell is filled, 0 to 1, and in which colour."""
    if isinstance(param.distribution, CategoricalDistribution):
        return 1.0, PALETTE[int(value) % len(PALETTE)]
    return float(spaces.to_unit(param.distribution, value)), BAR


def _common_name(family: tuple[ParamGuidance, ...]) -> str:
    """``layer0…2_units`` of three layers."""
    first, last = (_NUMBER.fullmatch(p.name) for p in (family[0], family[-1]))
    if first is None or last is None:
        return family[0].name
    return f"{first[1]}{first[2]}…{last[2]}{first[3]}"


def _write(words: str, x: float, y: float, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{INK}">{escape(words)}</text>'
