/** How two parameters act together: a map of the expected target, or of the pair alone. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { chooser } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { pointAtTrials } from '../../chart/gestures.js';
import { shade, theme } from '../../chart/colours.js';
import { spansOf } from '../../compute/bands.js';
import { cut, element, replace } from '../../shell/dom.js';
import { number, paramAxis, percent } from '../../chart/scales.js';
import { missing } from '../../shell/missing.js';
import { noise } from '../parallel_coordinates/columns.js';

export const title = 'Interaction';
export const how =
  'Expected target over two parameters: main + main + pair, better is stronger. ' +
  'Dots: selected trials; frame: promising ranges.';

const MOST_DOTS = 500;
const MOST_WHILE_DRAGGING = 150;
const KINDS = {
  total: 'main + main + pair',
  pair: 'pair alone',
  ebm: 'EBM: main + main + pair',
  ebm_pair: 'EBM: pair alone',
};

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new InteractionView(root, workbench);
}

class InteractionView {
  /** @param {HTMLElement} root @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.kind = 'total';
    this.choose = chooser('of', (names) => workbench.setFocus(JSON.parse(names)));
    this.what = chooser('show', (kind) => {
      this.kind = kind;
      this.#draw();
    });
    this.note = element('div');
    root.append(
      element('div', { class: 'controls' }, this.choose.node, this.what.node),
      this.note,
    );
    this.frame = new Frame(root, {
      height: 330,
      margin: { left: 54, top: 20, right: 12, bottom: 40 },
      label: 'Interaction of two parameters',
    });
    this.frame.onResize(() => this.#draw());
    /** @type {{ row: number, x: number, y: number }[]} */
    this.dots = [];
    pointAtTrials(
      this.frame,
      workbench,
      ({ x, y }) => this.dots.find((dot) => (dot.x - x) ** 2 + (dot.y - y) ** 2 < 49)?.row ?? -1,
    );
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('guidance', 'target', 'focus', 'theme')) this.#draw();
    else if (has('selection', 'data')) this.#drawDots();
    if (has('hover', 'kept')) this.#drawOver();
  }

  /** The pair in focus, or the strongest of the parameter in focus, or of all. @returns {import('../../wire.js').PairGuidance | undefined} */
  get pair() {
    const { guidance, focus } = this.workbench;
    const pairs = (guidance?.pairs ?? []).filter(
      (p) => p.surface || p.ebm_surface || focus.length === 2,
    );
    const among = pairs.filter((p) => focus.every((name) => p.names.includes(name)));
    return among[0] ?? (focus.length === 2 ? undefined : pairs[0]);
  }

  #draw() {
    const { workbench, frame, pair } = this;
    const { guidance, data } = workbench;
    const [second, first] = pair
      ? pair.names.map((/** @type {string} */ name) => data.param(name))
      : [];
    const surface = this.#surface();
    const isShown = workbench.showGuidance && surface && first && second;
    frame.node.hidden = !isShown;
    if (guidance && workbench.showGuidance) {
      const pairs = guidance.pairs.filter((p) => p.surface || p.ebm_surface || p === pair);
      this.choose.set(
        pairs.map((p) => ({
          value: JSON.stringify(p.names),
          text: `${p.names.map((/** @type {string} */ n) => cut(n, 13)).join(' × ')}, ${percent(p.share)} of the variance`,
        })),
        JSON.stringify(pair?.names),
      );
      const kinds = Object.entries(KINDS).filter(
        ([kind]) => pair && (kind.startsWith('ebm') ? pair.ebm_surface : pair.surface),
      );
      this.what.set(
        kinds.map(([value, text]) => ({ value, text })),
        kinds.some(([kind]) => kind === this.kind) ? this.kind : (kinds[0]?.[0] ?? ''),
      );
    }
    if (!isShown) {
      replace(
        this.note,
        guidance && workbench.showGuidance
          ? element('p', {
              class: 'empty',
              text: pair
                ? 'This pair is too weak to be drawn: only the strongest are.'
                : 'There is no pair of parameters to draw.',
            })
          : missing(workbench),
      );
      return;
    }
    replace(this.note);
    this.axes = [paramAxis(first), paramAxis(second)];
    this.params = [first, second];
    const context = frame.clear('back');
    this.#drawCells(context, surface);
    drawBottomAxis(context, frame.box, this.axes[0], { name: this.#name(first, 0), grid: false });
    drawLeftAxis(context, frame.box, this.axes[1], { name: this.#name(second, 1), grid: false });
    this.#drawDots();
    this.#drawOver();
  }

  /** @param {import('../../state/data.js').Param} param @param {number} k */
  #name(param, k) {
    return `${param.name}${this.axes?.[k].log ? ' (log)' : ''}`;
  }

  #surface() {
    const { pair } = this;
    const isEbm = this.kind.startsWith('ebm') ? pair?.ebm_surface : null;
    return isEbm ?? pair?.surface ?? pair?.ebm_surface ?? null;
  }

  /** Cells between the middles of the grid; its rows follow the second axis here. @param {CanvasRenderingContext2D} context @param {import('../../wire.js').Surface} surface */
  #drawCells(context, surface) {
    const { workbench, frame, axes } = this;
    if (!axes) return;
    const { left, top, right, bottom } = frame.box;
    const isAlone = this.kind.endsWith('pair');
    const rows = isAlone ? surface.interaction : surface.total;
    const edges = (
      /** @type {number[]} */ middles,
      /** @type {import('../../chart/scales.js').Axis} */ axis,
    ) => {
      const at = middles.map((v) => axis.toUnit(v));
      return [0, ...at.slice(1).map((u, i) => (u + at[i]) / 2), 1];
    };
    const [ys, xs] = [edges(surface.x, axes[1]), edges(surface.y, axes[0])];
    const flat = rows.flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...flat), Math.max(...flat)];
    const most = Math.max(Math.abs(low), Math.abs(high), 1e-300);
    const sign = workbench.maximise ? 1 : -1;
    rows.forEach((/** @type {number[]} */ row, /** @type {number} */ i) =>
      row.forEach((value, j) => {
        if (isAlone) {
          const gain = (sign * value) / most;
          context.fillStyle = gain >= 0 ? theme().accent : theme().range;
          context.globalAlpha = Math.min(1, Math.abs(gain));
        } else {
          const share = high > low ? (value - low) / (high - low) : 0.5;
          context.fillStyle = shade(workbench.maximise ? share : 1 - share);
        }
        const [x, y] = [left + xs[j] * (right - left), bottom - ys[i + 1] * (bottom - top)];
        context.fillRect(
          x,
          y,
          (xs[j + 1] - xs[j]) * (right - left) + 0.6,
          (ys[i + 1] - ys[i]) * (bottom - top) + 0.6,
        );
      }),
    );
    context.globalAlpha = 1;
    this.#drawFrame(context);
    const words = isAlone
      ? `blue: better, orange: worse by up to ${number(most, 3)}`
      : `${number(low, 3)} … ${number(high, 3)}`;
    context.fillStyle = theme().mute;
    context.font = '11px Roboto, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif';
    context.textAlign = 'right';
    context.textBaseline = 'bottom';
    context.fillText(words, right, top - 6);
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawFrame(context) {
    const { left, top, right, bottom } = this.frame.box;
    const spans = [0, 1].map((k) => {
      const axis = this.axes?.[k];
      const range = this.workbench.guidanceOf(this.params?.[k]?.name ?? '')?.promising;
      if (!axis || !range) return [[0, 1]];
      return spansOf(axis, range);
    });
    if (spans.every((list) => list.length === 1 && list[0][0] === 0 && list[0][1] === 1)) return;
    context.strokeStyle = theme().range;
    context.lineWidth = 2;
    for (const [a, b] of spans[0]) {
      for (const [c, d] of spans[1]) {
        context.strokeRect(
          left + a * (right - left) + 1,
          bottom - d * (bottom - top) + 1,
          (b - a) * (right - left) - 2,
          (d - c) * (bottom - top) - 2,
        );
      }
    }
  }

  #drawDots() {
    const { workbench, frame, axes, params } = this;
    this.dots = [];
    if (frame.node.hidden || !axes || !params) return;
    const context = frame.clear('front');
    const { left, top, right, bottom } = frame.box;
    const rows = Array.from(workbench.order)
      .filter((row) => workbench.mask[row])
      .slice(0, workbench.before === null ? MOST_DOTS : MOST_WHILE_DRAGGING)
      .reverse();
    for (const row of rows) {
      const [u, v] = [0, 1].map((k) => {
        const unit = axes[k].toUnit(params[k].values[row]);
        const { levels } = axes[k];
        return levels && levels <= 60 ? unit + (noise(row * 2 + k) * 0.6) / levels : unit;
      });
      if (Number.isNaN(u) || Number.isNaN(v)) continue;
      const [x, y] = [left + u * (right - left), bottom - v * (bottom - top)];
      this.dots.push({ row, x, y });
      context.beginPath();
      context.arc(x, y, 2.2, 0, 7);
      context.fillStyle = theme().dot;
      context.globalAlpha = 0.85;
      context.fill();
      context.lineWidth = 0.8;
      context.strokeStyle = '#111';
      context.stroke();
    }
    context.globalAlpha = 1;
    this.dots.reverse();
  }

  #drawOver() {
    const { workbench, frame } = this;
    if (frame.node.hidden) return;
    const context = frame.clear('over');
    const kept = workbench.kept.map((n) => workbench.rowOf(n));
    for (const { row, x, y } of this.dots) {
      if (row !== workbench.hover && !kept.includes(row)) continue;
      context.beginPath();
      context.arc(x, y, 5.5, 0, 7);
      context.lineWidth = 2.2;
      context.strokeStyle = row === workbench.hover ? theme().dot : theme().kept;
      context.stroke();
    }
  }
}
