"""Trial chips: a configuration at a glance, a cell for each parameter, as SVG of three sizes.

A bar in a cell is as high as the value lies in its range, in the range's own scale; a choice has
the colour of its place among the choices; an inactive parameter leaves its cell empty; an orange
line says that the value lies in the promising range. Repeated parameters, such as ``layer0_type``,
``layer0_units`` and ``layer1_units``, are a block for each layer: as high as it is large, in the
colour and with the letter of its type, dotted around where it has dropout.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Literal

from optuna.distributions import CategoricalDistribution

from optuna_guide.domain import space as spaces
from optuna_guide.domain import wording
from optuna_guide.words.layers import Layer, Stack, find_stacks, kind_of, letters

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from optuna_guide.guidance import ParamGuidance

Size = Literal["small", "medium", "large"]

INK, BAR, PROMISING = "#757575", "#3a87c8", "#cf7a00"
PALETTE = ("#b0639b", "#3f9b78", "#9a8a00", "#5b6fc4", "#c2604a", "#4a93a8")
MAX_CELLS = 48
MIN_HEIGHT = 0.25  # of the smallest layer


@dataclass(frozen=True)
class _ChipSizes:
    cell: int  # width of a cell, pixels
    block: int  # width of a layer
    height: int
    gap: int
    above: int  # room for the name
    below: int  # room for the value
    font: int


_LOOKS: Mapping[Size, _ChipSizes] = {
    "small": _ChipSizes(6, 6, 12, 2, 0, 0, 0),
    "medium": _ChipSizes(14, 13, 20, 4, 0, 0, 9),
    "large": _ChipSizes(66, 46, 30, 10, 14, 15, 11),
}


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
    drawn: list[str] = []
    x, n_cells = 0, 0
    for item in find_stacks({name: kind_of(p.distribution) for name, p in known.items()}):
        if n_cells >= MAX_CELLS:
            break
        if isinstance(item, str):
            drawn += _draw_single(known[item], values, look, x)
            x, n_cells = x + look.cell + look.gap, n_cells + 1
            continue
        x = _draw_stack(item, known, values, look, x, drawn) + look.gap
        n_cells += sum(len(layer.names) for layer in item.layers)
    hidden = len(known) - n_cells
    if hidden > 0:
        words = f"+{hidden}"
        drawn.append(_write(words, x, look.above + look.height / 2 + 4, look.font or 9))
        x += 8 * len(words)
    across, up = max(x, 1), look.height + look.above + look.below
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{up}" '
        f'viewBox="0 0 {across} {up}" role="img" aria-label="Parameters" '
        f'font-family="sans-serif">{"".join(drawn)}</svg>'
    )


def _draw_single(
    param: ParamGuidance, values: Mapping[str, float], look: _ChipSizes, x: int
) -> Iterator[str]:
    if look.above:
        name = wording.cut(wording.one_line(param.name), look.cell // 6)
        yield _write(name, x, look.font - 1, look.font)
    yield _draw_cell(param, values.get(param.name), look, x, look.cell)


def _draw_stack(
    stack: Stack,
    known: Mapping[str, ParamGuidance],
    values: Mapping[str, float],
    look: _ChipSizes,
    x: int,
    drawn: list[str],
) -> int:
    """Add its layers, and what else they have as cells; returns where they end."""
    start = x
    for layer in stack.layers:
        drawn.append(_draw_layer(layer, known, values, look, x))
        x += look.block
        for name in layer.others:
            width = max(look.block // 2, 5)
            drawn.append(_draw_cell(known[name], values.get(name), look, x, width))
            x += width
    if look.above:
        name = f"{wording.one_line(stack.prefix)}{stack.layers[0].index}…{stack.layers[-1].index}"
        drawn.append(_write(wording.cut(name, (x - start) // 6), start, look.font - 1, look.font))
    return x


def _draw_layer(
    layer: Layer,
    known: Mapping[str, ParamGuidance],
    values: Mapping[str, float],
    look: _ChipSizes,
    x: int,
) -> str:
    own = [name for name in (layer.type, layer.size, layer.dropout) if name]
    said = {name: _said(known[name], values.get(name)) for name in own}
    told = "; ".join(f"{wording.one_line(name)}: {words}" for name, words in said.items())
    parts = [
        f"<title>{escape(told)}</title>",
        _box(look, x, look.block, any(n in values for n in own)),
    ]
    code = values.get(layer.type)
    colour = BAR if code is None else PALETTE[int(code) % len(PALETTE)]
    size = values.get(layer.size)
    if size is not None:
        share = float(spaces.to_unit(known[layer.size].distribution, size))
        parts.append(_bar(look, x, look.block, MIN_HEIGHT + (1 - MIN_HEIGHT) * share, colour))
        if _is_promising(known[layer.size], size):
            parts.append(_underline(look, x, look.block))
    elif code is not None:
        parts.append(_bar(look, x, look.block, MIN_HEIGHT, colour))
    dropped = values.get(layer.dropout)
    if dropped is not None and dropped > 0:
        width = 0.8 + 1.2 * float(spaces.to_unit(known[layer.dropout].distribution, dropped))
        parts.append(
            f'<rect x="{x + 1.5}" y="{look.above + 1.5}" width="{look.block - 3}" '
            f'height="{look.height - 3}" fill="none" stroke="{INK}" stroke-width="{width:.1f}" '
            'stroke-dasharray="1 2"/>'
        )
    if code is not None and look.font:
        parts.append(_write(_letter(known[layer.type], int(code)), x + look.block / 2 - 3,
                            look.above + look.font, look.font))  # fmt: skip
    if look.below:
        words = said.get(layer.size) or said.get(layer.type) or ""
        y = look.above + look.height + look.font + 1
        parts.append(_write(wording.cut(words, look.block // 6), x, y, look.font))
    return f"<g>{''.join(parts)}</g>"


def _letter(param: ParamGuidance, code: int) -> str:
    choices = len(getattr(param.distribution, "choices", ()))
    return letters([param.label(k) for k in range(choices)])[code]


def _said(param: ParamGuidance, value: float | None) -> str:
    return "inactive" if value is None else wording.one_line(param.label(value))


def _is_promising(param: ParamGuidance, value: float) -> bool:
    return param.promising is not None and bool(param.promising.contains(value))


def _box(look: _ChipSizes, x: int, width: int, is_active: bool) -> str:
    dash = "" if is_active else ' stroke-dasharray="2 2"'
    place = f'x="{x + 0.5}" width="{width - 1}" y="{look.above + 0.5}" height="{look.height - 1}"'
    return (
        f'<rect {place} fill="{INK}" fill-opacity="{0.13 if is_active else 0}" stroke="{INK}" '
        f'stroke-opacity=".35"{dash}/>'
    )


def _bar(look: _ChipSizes, x: int, width: int, share: float, colour: str) -> str:
    high = max(share * (look.height - 2), 1.5)
    return (
        f'<rect x="{x + 1}" width="{width - 2}" y="{look.above + look.height - 1 - high:.1f}" '
        f'height="{high:.1f}" fill="{colour}"/>'
    )


def _underline(look: _ChipSizes, x: int, width: int) -> str:
    y = look.above + look.height - 2
    return f'<rect x="{x + 0.5}" width="{width - 1}" y="{y}" height="2" fill="{PROMISING}"/>'


def _draw_cell(
    param: ParamGuidance, value: float | None, look: _ChipSizes, x: int, width: int
) -> str:
    label = _said(param, value)
    parts = [
        f"<title>{escape(wording.one_line(param.name))}: {escape(label)}</title>",
        _box(look, x, width, value is not None),
    ]
    if value is not None:
        parts.append(_bar(look, x, width, *_fill(param, value)))
        if _is_promising(param, value):
            parts.append(_underline(look, x, width))
    if look.below and width >= look.block:
        words = "–" if value is None else wording.cut(label, width // 6)
        parts.append(_write(words, x, look.above + look.height + look.font + 1, look.font))
    return f"<g>{''.join(parts)}</g>"


def _fill(param: ParamGuidance, value: float) -> tuple[float, str]:
    """How high the cell is filled, 0 to 1, and in which colour."""
    if isinstance(param.distribution, CategoricalDistribution):
        return 1.0, PALETTE[int(value) % len(PALETTE)]
    return float(spaces.to_unit(param.distribution, value)), BAR


def _write(words: str, x: float, y: float, size: int) -> str:
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{INK}">{escape(words)}</text>'
