/** How the search went: every trial's values in the order in which they were tried. */

import { BOLD, FONT, drawBottomAxis, fitted, rule } from '../chart/axes.js';
import { chooser } from '../chart/controls.js';
import { paintOrder, sameFlags } from '../chart/dots.js';
import { Frame } from '../chart/frame.js';
import { drawRange, onDrag, pointAtTrials } from '../chart/gestures.js';
import { byImportance } from '../chart/params.js';
import { shade, theme } from '../colours.js';
import { bands } from '../compute/cells.js';
import { COMPLETE, PRUNED } from '../data.js';
import { element, replace, svg } from '../dom.js';
import { numberAxis, paramAxis } from '../scales.js';
import { NUMBER_KEY } from '../selection.js';
import { SHAPES, drawMark, sizeOf } from './exploration/marks.js';
import { ordersOf, placesOf, spotsOf } from './exploration/orders.js';
import { readPeak } from './exploration/peak.js';

/**
 * @typedef {import('../workbench.js').Workbench} Workbench
 * @typedef {import('../data.js').Param} Param
 * @typedef {import('./exploration/orders.js').Order} Order
 * @typedef {import('../chart/frame.js').Box} Box
 *
 * @typedef {{ param: Param, axis: import('../scales.js').Axis, y: Float64Array, top: number }} Row
 * @typedef {{ start: number, version: number, kind: string, region: Record<string, any> }} Corridor
 */

export const title = 'Exploration history';
export const how =
  'On top the best value so far; below, each trial at its own values in the order in which it was tried: the better, the more it contrasts. Orange: what the guidance narrowed to. Drag sideways to select a phase of the study.';
export const wide = true;

const PEAK = 62; // pixels
const ROW = 66;
const GAP = 12;
const FEWEST = 6; // parameters that are shown at first
const MAX_LINKS = 200; // from parents to children
const WAIT = 90; // ms that the mouse rests before reported values are fetched

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Exploration(root, workbench);
}

class Exploration {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Order} */
    this.order = 'trial';
    this.most = FEWEST;
    this.by = chooser('Order', (order) => {
      this.order = /** @type {Order} */ (order);
      this.#read();
    });
    this.count = chooser('Parameters', (most) => {
      this.most = Number(most);
      this.#read();
    });
    this.legend = element('span', { class: 'legend' });
    root.append(element('div', { class: 'controls' }, this.by.node, this.count.node, this.legend));
    this.frame = new Frame(root, {
      height: 300,
      margin: { left: 112, top: 18, right: 10, bottom: 36 },
      label: 'Values of all trials in the order in which they were tried',
    });
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
    this.frame.onResize(() => this.#draw());
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Float64Array} */
    this.places = new Float64Array(0);
    /** Horizontal place of each row in pixels. @type {Float64Array} */
    this.x = new Float64Array(0);
    /** Pruned trials by their last reported value. @type {Float32Array} */
    this.goodness = workbench.goodness;
    /** @type {Corridor[]} */
    this.corridors = [];
    this.filter = workbench.filter;
    this.asked = '';
    /** @type {Map<number, { steps: number[], values: number[] }>} */
    this.curves = new Map();
    this.wait = 0;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('data')) this.curves.clear();
    if (changes.has('data') || changes.has('guidance')) this.#ask();
    const isNew = ['data', 'target', 'guidance'].some((change) => changes.has(change));
    if (isNew) this.#read();
    else if (changes.has('theme') || !sameFlags(this.filter, this.workbench.filter)) this.#draw();
    else if (changes.has('selection')) this.#drawFront();
    if (['hover', 'kept', 'selection'].some((change) => changes.has(change))) this.#drawOver();
    if (changes.has('hover')) this.#fetch();
  }

  /** What was narrowed to, version by version. */
  async #ask() {
    const { workbench } = this;
    const question = `${workbench.data.n} ${workbench.guidance?.version}`;
    if (question === this.asked) return;
    this.asked = question;
    try {
      /** @type {Corridor[]} */
      const found = (await workbench.api.get('history')).corridors;
      const kind = found.some((c) => c.kind === 'narrowed') ? 'narrowed' : 'suggested';
      this.corridors = found.filter((corridor) => corridor.kind === kind);
      this.#draw();
    } catch {
      this.asked = ''; // without corridors until the next change
    }
  }

  #read() {
    const { workbench } = this;
    const { data } = workbench;
    const orders = ordersOf(data);
    if (!orders.includes(this.order)) this.order = 'trial';
    this.by.set(
      orders.map((value) => ({ value, text: value })),
      this.order,
    );
    this.by.node.hidden = orders.length < 2;
    const params = byImportance(workbench);
    const counts = [FEWEST, 12, params.length].filter(
      (n, i, all) => n <= params.length && all.indexOf(n) === i,
    );
    const most = Math.min(this.most, params.length);
    this.count.set(
      counts.map((n) => ({
        value: String(n),
        text: n === params.length ? `all ${n}` : `top ${n}`,
      })),
      String(counts.find((n) => n >= most) ?? counts.at(-1)),
    );
    this.count.node.hidden = counts.length < 2;
    this.places = placesOf(data, this.order);
    this.goodness = withPruned(workbench);
    let top = this.frame.margin.top + PEAK + GAP + 6;
    this.rows = params.slice(0, most).map((param) => {
      const axis = paramAxis(param);
      const room = axis.levels === null ? 0 : 0.62 / axis.levels;
      const y = Float64Array.from(param.values, (v, row) => axis.toUnit(v) + room * noise(row));
      const row = { param, axis, y, top };
      top += ROW + GAP;
      return row;
    });
    this.frame.height = top - GAP + this.frame.margin.bottom;
    this.frame.fit();
    this.#say();
    this.#draw();
  }

  #say() {
    const { data } = this.workbench;
    const used = new Set(Array.from(data.decision.codes, (code) => data.decision.labels[code]));
    const kinds = ['startup', 'guided', 'explored', 'enqueued'].filter((kind) => used.has(kind));
    if (used.has('repaired') && !used.has('guided')) kinds.push('guided');
    const pruned = data.state.includes(PRUNED);
    replace(
      this.legend,
      ...kinds.map((kind) => element('span', {}, sign(SHAPES[kind] ?? 'circle', false), kind)),
      pruned ? element('span', {}, sign('circle', true), 'pruned') : null,
      this.corridors.length ? element('span', {}, band(), this.corridors[0].kind) : null,
      this.#links().length ? element('span', {}, '⌒ parent to child') : null,
    );
    const hidden = data.params.length - this.rows.length;
    this.foot.textContent = hidden > 0 ? `${hidden} less important parameters are not shown.` : '';
    this.foot.hidden = hidden <= 0;
  }

  #draw() {
    this.filter = this.workbench.filter;
    const { left, right } = this.frame.box;
    const known = this.places.filter((v) => !Number.isNaN(v));
    const [first, last] = [
      known.reduce((a, v) => Math.min(a, v), Infinity),
      known.reduce((a, v) => Math.max(a, v), -Infinity),
    ];
    this.axis = known.length ? numberAxis(first - 0.7, last + 0.7) : null;
    const { axis } = this;
    const spots = spotsOf(this.places, this.order);
    this.x = spots.map((v) => left + (axis ? axis.toUnit(v) : NaN) * (right - left));
    const shown = this.x.reduce((n, v) => n + Number(!Number.isNaN(v)), 0);
    this.size = sizeOf(shown * this.rows.length * 0.5);
    this.#drawBack();
    this.#drawFront();
    this.#drawOver();
    this.#say();
  }

  #drawBack() {
    const { frame, workbench } = this;
    const context = frame.clear('back');
    const { left, right, bottom } = frame.box;
    const { ink, mute, line, faint, page } = theme();
    if (!this.axis) {
      context.font = FONT;
      context.fillStyle = mute;
      context.fillText('There is no trial yet.', left, 40);
      return;
    }
    for (const { top } of this.rows) {
      context.fillStyle = page;
      context.fillRect(left, top, right - left, ROW);
    }
    this.#drawGroups(context);
    for (const row of this.rows) {
      this.#drawCorridor(context, row);
      context.font = BOLD;
      context.fillStyle = ink;
      context.textAlign = 'left';
      context.textBaseline = 'top';
      context.fillText(fitted(context, row.param.name, left - 12), 2, row.top - 3);
      context.font = FONT;
      context.fillStyle = mute;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      for (const { unit, label } of ticksOf(row)) {
        const y = this.#y(row, unit);
        context.fillText(fitted(context, label, left - 12), left - 6, y);
        rule(context, line, left, Math.round(y) + 0.5, right, Math.round(y) + 0.5);
      }
    }
    this.#drawLinks(context);
    this.#drawPeak(context);
    const names = {
      trial: 'trial',
      batch: 'batch: trials that ran at the same time',
      generation: 'generation',
      rung: 'highest completed rung',
      step: 'last reported step',
    };
    drawBottomAxis(context, { left, right, top: bottom, bottom }, whole(this.axis), {
      name: names[this.order],
      grid: false,
      room: 90,
    });
    context.strokeStyle = context.fillStyle = faint;
    context.globalAlpha = 0.4;
    this.#drawTrials(context, workbench.filter, null);
    context.globalAlpha = 1;
  }

  /** Every second generation is shaded, and a line stands where a version of the guidance begins. */
  #drawGroups(context = this.frame.clear('back')) {
    if (this.order !== 'trial' || !this.rows.length) return;
    const { generation } = this.workbench.data;
    const { faint, range } = theme();
    const [top, bottom] = [this.rows[0].top, this.rows[this.rows.length - 1].top + ROW];
    context.fillStyle = faint;
    context.globalAlpha = 0.13;
    for (let row = 0, start = 0; row < generation.length; row++) {
      if (row + 1 < generation.length && generation[row + 1] === generation[row]) continue;
      if (generation[row] >= 0 && generation[row] % 2 === 1) {
        const [from, to] = [this.#x(start - 0.5), this.#x(row + 0.5)];
        context.fillRect(from, top, to - from, bottom - top);
      }
      start = row + 1;
    }
    context.globalAlpha = 1;
    context.font = FONT;
    context.textAlign = 'center';
    context.textBaseline = 'bottom';
    let free = -Infinity;
    for (const { start, version } of this.corridors) {
      const x = this.#x(start - 0.5);
      context.globalAlpha = 0.35;
      rule(context, range, Math.round(x) + 0.5, top, Math.round(x) + 0.5, bottom);
      context.globalAlpha = 1;
      if (x < free) continue;
      const words = `v${version}`;
      context.fillStyle = theme().mute;
      context.fillText(words, x, top);
      free = x + context.measureText(words).width + 8;
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Row} row
   */
  #drawCorridor(context, row) {
    if (this.order !== 'trial') return;
    const { range } = theme();
    const end = this.workbench.data.n - 0.5;
    this.corridors.forEach(({ start, region }, k) => {
      const kept = Object.hasOwn(region, row.param.name) ? region[row.param.name] : null;
      if (!kept) return;
      const [from, to] = [
        this.#x(start - 0.5),
        this.#x((this.corridors[k + 1]?.start ?? end + 0.5) - 0.5),
      ];
      for (const [low, high] of bands(row.param, kept)) {
        const [top, bottom] = [this.#y(row, high), this.#y(row, low)];
        context.fillStyle = range;
        context.globalAlpha = 0.2;
        context.fillRect(from, top, to - from, bottom - top);
        context.globalAlpha = 0.7;
        context.fillRect(from, top, to - from, 1);
        context.fillRect(from, bottom - 1, to - from, 1);
        context.globalAlpha = 1;
      }
    });
  }

  /** Pairs of rows: parent, child. @returns {[number, number][]} */
  #links() {
    const { data } = this.workbench;
    const parents = data.targets.find((t) => t.name === 'parent' && !t.direction)?.values;
    if (!parents || this.order === 'step') return [];
    /** @type {[number, number][]} */
    const found = [];
    for (let row = 0; row < parents.length; row++) {
      const parent = parents[row];
      if (Number.isInteger(parent) && parent >= 0 && parent < row) found.push([parent, row]);
    }
    return found.slice(-MAX_LINKS);
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawLinks(context) {
    const links = this.#links();
    if (!links.length) return;
    context.strokeStyle = theme().pair;
    context.globalAlpha = 0.45;
    context.lineWidth = 1;
    context.beginPath();
    for (const row of this.rows) {
      for (const [parent, child] of links) {
        const [x0, y0, x1, y1] = [
          this.x[parent],
          this.#y(row, row.y[parent]),
          this.x[child],
          this.#y(row, row.y[child]),
        ];
        if (Number.isNaN(x0 + y0 + x1 + y1)) continue;
        context.moveTo(x0, y0);
        context.bezierCurveTo(x0 + 0.5 * (x1 - x0), y0, x0 + 0.5 * (x1 - x0), y1, x1, y1);
      }
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawPeak(context) {
    const { left, right, top } = this.frame.box;
    const { ink, mute, line, guide } = theme();
    const bottom = top + PEAK;
    const peak = readPeak(this.workbench, this.places, this.order);
    context.font = BOLD;
    context.fillStyle = ink;
    context.textAlign = 'left';
    context.textBaseline = 'top';
    const name = fitted(context, this.workbench.targetColumn.name, left - 50);
    context.fillText(name, 2, top - 3);
    context.font = FONT;
    context.fillStyle = mute;
    context.fillText(peak.words, 2, top + 12);
    rule(context, line, left, bottom + 0.5, right, bottom + 0.5);
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillText(peak.high, left - 6, top + 4);
    context.fillText(peak.low, left - 6, bottom - 4);
    if (!peak.places.length) return;
    context.beginPath();
    context.moveTo(this.#x(peak.places[0] - 0.5), bottom);
    peak.places.forEach((place, k) => {
      const y = bottom - peak.heights[k] * (PEAK - 6);
      context.lineTo(this.#x(place - 0.5), y);
      context.lineTo(this.#x((peak.places[k + 1] ?? place + 1) - 0.5), y);
    });
    context.lineTo(this.#x(peak.places[peak.places.length - 1] + 0.5), bottom);
    context.fillStyle = guide;
    context.globalAlpha = 0.24;
    context.fill();
    context.globalAlpha = 1;
  }

  #drawFront() {
    const { frame, workbench } = this;
    const context = frame.clear('front');
    const { faint } = theme();
    this.#drawTrials(context, workbench.mask, (row) =>
      Number.isNaN(this.goodness[row]) ? faint : shade(this.goodness[row]),
    );
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Uint8Array} flags
   * @param {((row: number) => string) | null} colour
   */
  #drawTrials(context, flags, colour) {
    const { data } = this.workbench;
    const size = this.size ?? 2;
    const shapes = data.decision.labels.map((kind) => SHAPES[kind] ?? 'circle');
    const { left, right } = this.frame.box;
    for (const row of this.rows) {
      const { top } = row;
      let last = '';
      for (const i of paintOrder(this.workbench)) {
        const x = this.x[i];
        const unit = row.y[i];
        if (!flags[i] || !(x >= left && x <= right && unit === unit)) continue;
        if (colour) {
          const next = colour(i);
          if (next !== last) context.fillStyle = context.strokeStyle = last = next;
        }
        const y = top + ROW - 4 - unit * (ROW - 8);
        drawMark(
          context,
          shapes[data.decision.codes[i]] ?? 'circle',
          x,
          y,
          size,
          data.state[i] !== COMPLETE,
        );
      }
    }
  }

  #drawOver() {
    const { frame, workbench } = this;
    const context = frame.clear('over');
    if (!this.axis) return;
    const { top, bottom, left, right } = frame.box;
    const phase = workbench.brushes.get(NUMBER_KEY)?.intervals;
    if (this.order === 'trial') {
      for (const [low, high] of phase ?? [])
        drawRange(context, { top, bottom, left, right }, this.#x(low - 0.5), this.#x(high + 0.5));
    }
    const { kept, hover, card } = theme();
    for (const kid of workbench.kept) this.#mark(context, workbench.rowOf(kid), kept, card);
    const row = workbench.hover;
    if (row < 0 || Number.isNaN(this.x[row])) return;
    context.globalAlpha = 0.5;
    rule(context, hover, Math.round(this.x[row]) + 0.5, top, Math.round(this.x[row]) + 0.5, bottom);
    context.globalAlpha = 1;
    this.#drawCurve(context, row, hover);
    this.#mark(context, row, hover, card);
  }

  /**
   * Rings around the values of a trial.
   * @param {CanvasRenderingContext2D} context
   * @param {number} row
   * @param {string} colour
   * @param {string} behind
   */
  #mark(context, row, colour, behind) {
    if (row < 0) return;
    for (const line of this.rows) {
      const [x, y] = [this.x[row], this.#y(line, line.y[row])];
      if (Number.isNaN(x + y)) continue;
      for (const [width, stroke] of /** @type {[number, string][]} */ ([
        [4, behind],
        [2, colour],
      ])) {
        context.strokeStyle = stroke;
        context.lineWidth = width;
        context.beginPath();
        context.arc(x, y, 5, 0, 7);
        context.stroke();
      }
    }
  }

  /**
   * What a trial reported on its way: small points on a dashed line that ends in its own point;
   * above, the reported values.
   * @param {CanvasRenderingContext2D} context
   * @param {number} row
   * @param {string} colour
   */
  #drawCurve(context, row, colour) {
    const curve = this.curves.get(row);
    if (!curve || curve.steps.length < 2 || !this.axis) return;
    const n = curve.steps.length;
    const last = curve.steps[n - 1];
    const { left } = this.frame.box;
    const end = this.x[row];
    const start =
      this.order === 'step' ? this.#x(curve.steps[0]) : Math.max(end - Math.min(14 * n, 150), left);
    const xs = curve.steps.map((step) =>
      this.order === 'step'
        ? this.#x(step)
        : start + ((end - start) * (step - curve.steps[0])) / Math.max(last - curve.steps[0], 1),
    );
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 1;
    for (const line of this.rows) {
      const y = this.#y(line, line.y[row]);
      if (Number.isNaN(y)) continue;
      context.setLineDash([2, 2]);
      rule(context, colour, xs[0], y, end, y);
      context.setLineDash([]);
      const every = Math.ceil(n / 12);
      xs.forEach((x, k) => {
        if (k % every === 0) context.fillRect(x - 1.2, y - 1.2, 2.4, 2.4);
      });
    }
    const { top } = this.frame.box;
    const low = Math.min(...curve.values);
    const high = Math.max(...curve.values);
    context.beginPath();
    curve.values.forEach((v, k) =>
      context.lineTo(xs[k], top + PEAK - 4 - ((v - low) / (high - low || 1)) * (PEAK - 10)),
    );
    context.lineWidth = 1.5;
    context.stroke();
  }

  /** Fetch what the hovered trial reported, once the mouse rests. */
  #fetch() {
    const { workbench } = this;
    clearTimeout(this.wait);
    const row = workbench.hover;
    if (row < 0 || this.curves.has(row) || !(workbench.data.last_step[row] > 0)) return;
    this.wait = window.setTimeout(async () => {
      try {
        const answer = await workbench.api.get('curves', { rows: row });
        this.curves.set(row, answer.curves[0]);
        if (workbench.hover === row) this.#drawOver();
      } catch {
        // the trial is shown without its curve
      }
    }, WAIT);
  }

  /** @param {number} place */
  #x(place) {
    const { left, right } = this.frame.box;
    return left + (this.axis?.toUnit(place) ?? NaN) * (right - left);
  }

  /**
   * @param {Row} row
   * @param {number} unit
   */
  #y(row, unit) {
    return row.top + ROW - 4 - unit * (ROW - 8);
  }

  #listen() {
    const { frame, workbench } = this;
    const find = (/** @type {{ x: number, y: number }} */ at) => this.#find(at);
    pointAtTrials(frame, workbench, find);
    onDrag(frame, () => {
      if (!this.axis) return null;
      return {
        move: (from, to) => this.#select(from.x, to.x, true),
        end: (from, to) => this.#select(from.x, to.x, false),
        click: (at) => {
          const row = find(at);
          if (row >= 0) workbench.keep(row);
          else if (workbench.brushes.has(NUMBER_KEY))
            workbench.brush(NUMBER_KEY, null, { label: 'all phases' });
        },
      };
    });
  }

  /** @param {{ x: number, y: number }} at */
  #find(at) {
    const row = this.rows.find(({ top }) => at.y >= top - GAP / 2 && at.y < top + ROW + GAP / 2);
    let [best, least] = [-1, 14 ** 2];
    for (let i = 0; i < this.x.length; i++) {
      if (!this.filter[i] || Number.isNaN(this.x[i])) continue;
      const dy = row ? this.#y(row, row.y[i]) - at.y : 0;
      const distance = (this.x[i] - at.x) ** 2 + dy * dy;
      if (distance <= least) [best, least] = [i, distance];
    }
    return row || at.y < this.frame.box.top + PEAK ? best : -1;
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} dragging
   */
  #select(from, to, dragging) {
    const { workbench } = this;
    const { left, right } = this.frame.box;
    if (!this.axis) return;
    const [low, high] = [from, to]
      .map((x) => this.axis?.fromUnit((x - left) / (right - left)) ?? 0)
      .sort((a, b) => a - b);
    const label = 'phase of the study';
    if (this.order === 'trial') {
      const last = workbench.data.n - 1;
      const interval = /** @type {[number, number]} */ ([
        Math.min(Math.max(Math.ceil(low), 0), last),
        Math.max(Math.min(Math.floor(high), last), 0),
      ]);
      workbench.brush(NUMBER_KEY, { intervals: [interval] }, { label, dragging });
      return;
    }
    const numbers = Array.from(workbench.data.number).filter(
      (_, row) =>
        this.places[row] >= Math.floor(low + 0.5) && this.places[row] <= Math.floor(high + 0.5),
    );
    const words = `${this.order} ${Math.floor(low + 0.5)} … ${Math.floor(high + 0.5)}`;
    const picked = { label: words, numbers };
    if (dragging) workbench.preview({ picked });
    else workbench.pick(numbers, words);
  }
}

/** Only whole ticks. @param {import('../scales.js').Axis} axis */
function whole(axis) {
  return {
    ...axis,
    ticks: (/** @type {number} */ n) =>
      axis.ticks(n).filter(({ label }) => Number.isInteger(Number(label))),
  };
}

/** @param {Row} row */
function ticksOf({ axis }) {
  const most = axis.levels !== null && axis.levels <= 5 ? axis.levels : 3;
  return axis.ticks(most);
}

/** Evenly spread over ±0.5, the same at every drawing (golden ratio). @param {number} row */
function noise(row) {
  return ((row * 0.6180339887498949) % 1) - 0.5;
}

/**
 * Goodness of all trials; pruned ones by their last reported value among the complete ones.
 * @param {Workbench} workbench
 */
function withPruned(workbench) {
  const { data, order, goodness, targetColumn, maximise } = workbench;
  const isObjective =
    targetColumn === data.targets[0] && !data.targets.some((t) => t.name === 'pareto_rank');
  if (!isObjective || !order.length) return goodness;
  const found = goodness.slice();
  const sign = maximise ? -1 : 1;
  const sorted = Float64Array.from(order, (row) => sign * targetColumn.values[row]).sort();
  for (let row = 0; row < found.length; row++) {
    if (data.state[row] !== PRUNED || !Number.isFinite(data.last_value[row])) continue;
    const loss = sign * data.last_value[row];
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < loss) low = middle + 1;
      else high = middle;
    }
    found[row] = 1 - low / sorted.length;
  }
  return found;
}

/**
 * @param {import('./exploration/marks.js').Shape} shape
 * @param {boolean} isHollow
 */
function sign(shape, isHollow) {
  const look = isHollow ? { class: 'sign hollow' } : { class: 'sign' };
  const shapes = {
    circle: () => svg('circle', { cx: 6, cy: 6, r: 4, ...look }),
    square: () => svg('rect', { x: 2.5, y: 2.5, width: 7, height: 7, ...look }),
    diamond: () => svg('path', { d: 'M6 1 L11 6 L6 11 L1 6 Z', ...look }),
    triangle: () => svg('path', { d: 'M6 1 L11 10 L1 10 Z', ...look }),
    cross: () => svg('path', { d: 'M2 2 L10 10 M10 2 L2 10', ...look }),
  };
  return svg('svg', { width: 12, height: 12, 'aria-hidden': 'true' }, shapes[shape]());
}

function band() {
  return element('i', { class: 'swatch band' });
}
