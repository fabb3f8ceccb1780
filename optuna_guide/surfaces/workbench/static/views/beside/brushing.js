/** Brushes on the axes of a figure of several studies: all their trials, and every other view. */

import { numberAxis, paramAxis } from '../../chart/scales.js';
import { cut, replace, svg } from '../../shell/dom.js';
import { paramKey, targetKey } from '../../state/selection.js';
import { drawSpans } from '../parallel_coordinates/brushes.js';
import { brushOf, brushedSpans, followBrush, spansByKey } from '../parallel_coordinates/brushing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../state/selection.js').Brush} Brush
 * @typedef {[number, number]} Span  heights from 0 to 1, the lower one first
 * @typedef {{ name: string, kind: 'float' | 'int' | 'categorical', low: number, high: number,
 *   step: number | null, log: boolean, choices: string[] } | { name: string, kind: 'target',
 *   low: number, high: number, maximise: boolean }} Scale  over all studies
 * @typedef {{ numbers: number[], is_own: boolean } | null} Lines  trials of a trace, in its order
 */

const FAINT = 0.07; // opacity of what is not selected
const EDGE = 1e-6; // of an axis
const REACH = 12; // px beside an axis that hear the pointer

export class Brushing {
  /**
   * @param {HTMLElement} chart where the figure is drawn
   * @param {Workbench} workbench
   */
  constructor(chart, workbench) {
    this.chart = chart;
    this.workbench = workbench;
    this.marks = svg('svg', { class: 'brushing', role: 'group', 'aria-label': 'Axes' });
    /** @type {any} */
    this.figure = null;
    /** @type {any} */
    this.plotly = null;
    /** What is brushed on each axis. @type {Span[][]} */
    this.spans = [];
    /** The brushes of the page that are known here. @type {string[]} */
    this.known = [];
    this.frame = 0;
  }

  /** Draw a figure; one without axes to brush is drawn alone. @param {any} plotly @param {any} figure */
  async show(plotly, figure) {
    const names = (/** @type {any} */ one) => JSON.stringify(one?.layout.meta?.axes);
    if (names(figure) !== names(this.figure)) [this.spans, this.known] = [[], []];
    this.figure = figure;
    this.plotly = plotly;
    this.#listen();
    await this.#draw();
    /** @type {any} */ (this.chart).removeAllListeners?.('plotly_afterplot');
    /** @type {any} */ (this.chart).on('plotly_afterplot', () => this.#mark());
    this.#mark();
  }

  /** Follow what is selected elsewhere. */
  follow() {
    if (!this.scales.length) return;
    this.#listen();
    this.#soon();
  }

  /** @returns {Scale[]} */
  get scales() {
    return this.figure?.layout.meta?.axes ?? [];
  }

  /** Take over the brushes of other views. */
  #listen() {
    this.scales.forEach((scale, i) => {
      const column = this.#column(scale);
      if (!column.isOwn) return;
      const brush = this.workbench.brushes.get(column.key);
      const told = JSON.stringify(brush ?? null);
      if (told === (this.known[i] ?? 'null')) return;
      this.known[i] = told;
      this.spans[i] = brushedSpans(column, brush && column.widened(brush));
    });
  }

  /** @param {number} i @param {Span[]} spans @param {boolean} dragging */
  #brush(i, spans, dragging) {
    const { workbench } = this;
    const column = this.#column(this.scales[i]);
    this.spans[i] = spans;
    if (column.isOwn) {
      const found = brushOf(workbench.data, column, spans, false);
      const brush = found && column.own(found);
      this.known[i] = JSON.stringify(brush);
      workbench.brush(column.key, brush, { label: `brush ${cut(column.name, 20)}`, dragging });
    }
    this.#soon();
  }

  /** An axis over all studies, as other views know it. @param {Scale} scale */
  #column(scale) {
    const { data } = this.workbench;
    const isTarget = scale.kind === 'target';
    const key = isTarget ? targetKey(scale.name) : paramKey(scale.name);
    const own = isTarget ? null : data.param(scale.name);
    const wide = isTarget
      ? null
      : /** @type {Param} */ (/** @type {unknown} */ (Object.assign({ choices: [] }, scale)));
    const axis = wide ? paramAxis(wide) : numberAxis(scale.low, scale.high);
    const renamed = (/** @type {string[]} */ from, /** @type {string[]} */ to) => {
      return (/** @type {Brush} */ brush) =>
        brush.choices && from.length
          ? { ...brush, choices: brush.choices.map((c) => to.indexOf(from[c])).filter((c) => c >= 0) }
          : brush;
    };
    const [mine, all] = [own?.choices ?? [], wide?.choices ?? []];
    return {
      key,
      name: scale.name,
      axis,
      param: wide,
      isTarget,
      isFlipped: scale.kind === 'target' && !scale.maximise,
      isOwn: isTarget ? data.targets.some(({ name }) => name === scale.name) : Boolean(own),
      widened: renamed(mine, all),
      own: renamed(all, mine),
      values: new Float64Array(0),
      at: new Float32Array(0),
      hasInactive: false,
    };
  }

  #soon() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.#mark();
      this.#draw();
    });
  }

  #draw() {
    const { figure, plotly, chart } = this;
    const look = { displayModeBar: false, responsive: true };
    return plotly.react(chart, this.#traces(), figure.layout, look);
  }

  /** The lines of the figure: those that are not selected faintly, below the others. */
  #traces() {
    const { data, layout } = this.figure;
    /** @type {Lines[]} */
    const lines = layout.meta?.lines ?? [];
    const isSelective = this.workbench.isSelective || this.spans.some((spans) => spans?.length);
    if (!isSelective || !lines.length) return data;
    const faint = data.filter((/** @type {any} */ _, /** @type {number} */ k) => lines[k]);
    return [
      ...faint.map((/** @type {any} */ trace) => ({ ...trace, opacity: FAINT })),
      ...data.map((/** @type {any} */ trace, /** @type {number} */ k) => {
        const of = lines[k];
        return of ? { ...trace, y: this.#selected(trace.y, of) } : trace;
      }),
    ];
  }

  /** Heights of the selected lines, gaps for the others. @param {(number | null)[]} y @param {NonNullable<Lines>} lines */
  #selected(y, { numbers, is_own: isOwn }) {
    const width = this.scales.length + 1; // a gap ends each line
    const kept = numbers.map((number, k) => {
      const row = isOwn ? this.workbench.rowOf(number) : -1;
      return row >= 0
        ? this.workbench.mask[row] === 1 && this.#isInside(y, k * width, true)
        : this.#isInside(y, k * width, false);
    });
    return y.map((height, at) => (kept[Math.floor(at / width)] ? height : null));
  }

  /** Whether a line crosses all brushed axes inside; the page knows that of its own ones. @param {(number | null)[]} y @param {number} from @param {boolean} isKnown */
  #isInside(y, from, isKnown) {
    return this.spans.every((spans, i) => {
      if (!spans?.length || (isKnown && this.#column(this.scales[i]).isOwn)) return true;
      const height = y[from + i];
      return height !== null && spans.some(([a, b]) => height >= a - EDGE && height <= b + EDGE);
    });
  }

  /** What is brushed, and where the axes hear the pointer and the keys. */
  #mark() {
    const full = /** @type {any} */ (this.chart)._fullLayout;
    if (!full || !this.scales.length) {
      replace(this.marks);
      return;
    }
    const { xaxis, yaxis } = full;
    const bottom = yaxis._offset + yaxis.l2p(0);
    const top = yaxis._offset + yaxis.l2p(1);
    const focused = document.activeElement?.getAttribute('data-axis');
    replace(
      this.marks,
      ...this.scales.flatMap((scale, i) => {
        const x = xaxis._offset + xaxis.l2p(i);
        return [...drawSpans(this.spans[i] ?? [], x, bottom, top), this.#drawHit(scale, i, x, bottom, top)];
      }),
    );
    if (focused !== null && focused !== undefined)
      /** @type {SVGElement | null} */ (
        this.marks.querySelector(`[data-axis="${focused}"]`)
      )?.focus({ preventScroll: true });
  }

  /** @param {Scale} scale @param {number} i @param {number} x @param {number} bottom @param {number} top */
  #drawHit(scale, i, x, bottom, top) {
    const pointerdown = (/** @type {PointerEvent} */ event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      followBrush(event, {
        spans: this.spans[i] ?? [],
        height: bottom - top,
        unitAt: (e) =>
          (bottom - (e.clientY - this.marks.getBoundingClientRect().top)) / (bottom - top),
        change: (spans, dragging) => this.#brush(i, spans, dragging),
      });
    };
    const keydown = (/** @type {KeyboardEvent} */ event) => {
      const next = spansByKey(this.spans[i] ?? [], event.key, this.#column(scale).axis.levels);
      if (next === null) return;
      event.preventDefault();
      this.#brush(i, next, false);
    };
    return svg('rect', {
      x: x - REACH,
      width: 2 * REACH,
      y: top - 6,
      height: bottom - top + 12,
      class: 'hit',
      tabindex: 0,
      role: 'button',
      'data-axis': i,
      'aria-label': `Brush ${cut(scale.name, 60)}: arrow keys move, + and - widen and narrow`,
      on: { pointerdown, keydown },
    });
  }
}
