/** How the target is distributed: a histogram, stacked by any parameter or attribute. */

import { FONT, drawBottomAxis, drawLeftAxis, fitted } from '../../chart/axes.js';
import { chooser } from '../../chart/controls.js';
import { sameFlags } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { drawRange, onDrag } from '../../chart/gestures.js';
import { groupItems, groupLegend, readGroups, swatch } from '../../chart/groups.js';
import { take } from '../../chart/params.js';
import { theme, tint } from '../../chart/colours.js';
import { binCodes, binEdges, countBins, normalise } from '../../compute/histogram.js';
import { oneOption } from '../../compute/options.js';
import { beyond, clipOutliers, summarise } from '../../compute/statistics.js';
import { cut, element, replace } from '../../shell/dom.js';
import { number, numberAxis } from '../../chart/scales.js';
import { targetKey } from '../../state/selection.js';
import { hideTip, showTip } from '../../shell/tooltip.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../compute/histogram.js').Normalisation} Normalisation
 */

export const title = 'Performance';
export const how =
  'Trials by target: pale bars all that pass the filter, strong bars the selected ones. Drag along the axis to select a range.';
export const half = true;

const N_BINS = 32;
const EDGE = 0.01; // of the axis, from which a range reaches to its end
const NORMALISATIONS = ['none', 'min-max', 'rank', 'z'];
const NAMES = ['as measured', 'min-max', 'rank', 'z-score'];

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Performance(root, workbench);
}

class Performance {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.by = '';
    /** @type {Normalisation} */
    this.how = 'none';
    this.stack = chooser('Stack by', (by) => {
      this.by = by;
      this.#read();
    });
    this.scale = chooser('Each group', (scale) => {
      this.how = /** @type {Normalisation} */ (scale);
      this.#read();
    });
    this.legend = element('span', { class: 'legend' });
    root.append(
      element('div', { class: 'controls' }, this.stack.node, this.scale.node, this.legend),
    );
    this.frame = new Frame(root, {
      height: 250,
      margin: { left: 40, top: 8, right: 14, bottom: 38 },
      label: 'Histogram of the target',
    });
    this.frame.onResize(() => this.#drawAll());
    /** Rows with the target that pass the filter. */
    this.rows = new Int32Array(0);
    this.groups = oneOption('', 0);
    /** @type {Float64Array} */
    this.edges = new Float64Array([0, 1]);
    /** @type {Int16Array} */
    this.bins = new Int16Array(0);
    /** @type {Float64Array} */
    this.counts = new Float64Array(0);
    /** Least and largest value of the target. @type {[number, number]} */
    this.reach = [NaN, NaN];
    /** How many trials lie beyond the axis. */
    this.beyond = '';
    this.filter = workbench.filter;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = ['data', 'target', 'guidance', 'theme'].some((change) => changes.has(change));
    if (isNew || !sameFlags(this.filter, this.workbench.filter)) this.#read();
    else if (changes.has('selection')) this.#drawFront();
    if (['selection', 'hover', 'kept'].some((change) => changes.has(change))) this.#drawOver();
  }

  #read() {
    const { workbench } = this;
    const { targetColumn, order } = workbench;
    this.filter = workbench.filter;
    this.rows = order.filter((row) => this.filter[row]);
    const raw = take(targetColumn.values, this.rows);
    const { low: least, high: most } = summarise(raw);
    this.reach = [least, most];
    this.groups = readGroups(workbench, this.by, this.rows);
    const scaled = normalise(raw, this.groups, this.how);
    this.scaled = clipOutliers(scaled, workbench.maximise);
    this.beyond = beyond(scaled, this.scaled, 'trial');
    this.edges = binEdges(this.scaled, N_BINS);
    this.bins = binCodes(this.scaled, this.edges);
    this.counts = countBins(this.bins, N_BINS, this.groups, null);
    this.stack.set(groupItems(workbench), this.by);
    this.scale.set(
      NORMALISATIONS.map((value, i) => ({ value, text: NAMES[i] })),
      this.how,
    );
    this.scale.node.hidden = this.by === '';
    replace(this.legend, ...(this.by === '' ? [] : groupLegend(this.groups)));
    this.#drawAll();
  }

  #drawAll() {
    const { frame, workbench } = this;
    if (!this.rows.length) {
      frame.say('No trial has this target.');
      return;
    }
    const context = frame.clear('back');
    const { mute, faint } = theme();
    const totals = sums(this.counts, N_BINS);
    this.top = Math.max(...totals, 1) * 1.06;
    this.x = numberAxis(this.edges[0], this.edges[N_BINS]);
    const unit =
      this.how === 'none' ? '' : `, ${NAMES[NORMALISATIONS.indexOf(this.how)]} in each group`;
    drawBottomAxis(context, frame.box, this.x, {
      name: workbench.targetColumn.name + unit,
      grid: false,
      room: 64,
    });
    drawLeftAxis(context, frame.box, numberAxis(0, this.top), { room: 32 });
    context.fillStyle = faint;
    context.globalAlpha = 0.32;
    totals.forEach((n, k) => this.#bar(context, k, 0, n));
    context.globalAlpha = 1;
    if (this.beyond) {
      const { left, right, top } = frame.box;
      context.font = FONT;
      context.fillStyle = mute;
      context.textBaseline = 'top';
      context.textAlign = workbench.maximise ? 'left' : 'right';
      context.fillText(fitted(context, this.beyond, right - left), workbench.maximise ? left + 4 : right, top);
    }
    this.#drawFront();
    this.#drawOver();
  }

  #drawFront() {
    const { frame, workbench, groups } = this;
    const context = frame.clear('front');
    if (!this.rows.length) return;
    const flags = Uint8Array.from(this.rows, (row) => workbench.mask[row]);
    this.chosen = countBins(this.bins, N_BINS, groups, flags);
    const { accent } = theme();
    for (let k = 0; k < N_BINS; k++) {
      let low = 0;
      for (let g = 0; g < groups.labels.length; g++) {
        const n = this.chosen[g * N_BINS + k];
        context.fillStyle = this.by === '' ? accent : tint(g);
        if (n) this.#bar(context, k, low, low + n);
        low += n;
      }
    }
  }

  #drawOver() {
    const { frame, workbench } = this;
    const context = frame.clear('over');
    if (!this.rows.length || !this.x || !this.scaled) return;
    const { left, right, top, bottom } = frame.box;
    const brush = this.how === 'none' ? this.#brush() : null;
    for (const [low, high] of brush?.intervals ?? []) {
      drawRange(context, frame.box, this.#at(low), this.#at(high));
    }
    const { hover, kept } = theme();
    const mark = (
      /** @type {number} */ row,
      /** @type {string} */ colour,
      /** @type {number} */ size,
    ) => {
      const i = row < 0 ? -1 : this.rows.indexOf(row);
      if (i < 0 || !this.scaled) return;
      const x = this.#at(this.scaled[i]);
      if (!(x >= left - 1 && x <= right + 1)) return;
      context.fillStyle = colour;
      context.fillRect(x - size / 2, top, size, bottom - top);
      context.beginPath();
      context.moveTo(x - 5, bottom + 7);
      context.lineTo(x + 5, bottom + 7);
      context.lineTo(x, bottom);
      context.fill();
    };
    for (const kid of workbench.kept) mark(workbench.rowOf(kid), kept, 1);
    mark(workbench.hover, hover, 1.5);
  }

  /** @param {number} value */
  #at(value) {
    const { left, right } = this.frame.box;
    return left + (this.x?.toUnit(value) ?? 0) * (right - left);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} k
   * @param {number} low
   * @param {number} high
   */
  #bar(context, k, low, high) {
    const { left, right, top, bottom } = this.frame.box;
    const width = (right - left) / N_BINS;
    const scale = (bottom - top) / (this.top ?? 1);
    const x = Math.round(left + k * width);
    const next = Math.round(left + (k + 1) * width);
    context.fillRect(x + 0.5, bottom - high * scale, next - x - 1, (high - low) * scale);
  }

  #brush() {
    return this.workbench.brushes.get(this.#key());
  }

  #key() {
    return targetKey(this.workbench.targetColumn.name);
  }

  #listen() {
    const { frame, workbench } = this;
    onDrag(frame, () => {
      if (!this.x || this.how !== 'none' || !this.rows.length) return null;
      return {
        move: (from, to) => this.#select(from.x, to.x, true),
        end: (from, to) => this.#select(from.x, to.x, false),
        click: () => {
          if (this.#brush()) workbench.brush(this.#key(), null, { label: 'clear the range' });
        },
      };
    });
    frame.node.addEventListener('pointermove', (event) => {
      if (!event.buttons) this.#tell(event);
    });
    frame.node.addEventListener('pointerleave', hideTip);
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} dragging
   */
  #select(from, to, dragging) {
    const { workbench } = this;
    const { left, right } = this.frame.box;
    const units = [from, to].map((x) => (x - left) / (right - left)).sort((a, b) => a - b);
    if (!this.x) return;
    const interval = units.map((u) => this.x?.fromUnit(u) ?? 0);
    // beyond the edge lie the trials that are drawn at it
    if (units[0] < EDGE) interval[0] = this.reach[0];
    if (units[1] > 1 - EDGE) interval[1] = this.reach[1];
    const brush = { intervals: [/** @type {[number, number]} */ (interval)] };
    workbench.brush(this.#key(), brush, { label: 'range of the target', dragging });
    this.#drawOver();
  }

  /** @param {PointerEvent} event */
  #tell(event) {
    const { left, right } = this.frame.box;
    const k = Math.floor(((this.frame.at(event).x - left) / (right - left)) * N_BINS);
    if (!this.chosen || k < 0 || k >= N_BINS) {
      hideTip();
      return;
    }
    const [low, high] = [number(this.edges[k]), number(this.edges[k + 1])];
    const all = sums(this.counts, N_BINS)[k];
    const selected = sums(this.chosen, N_BINS)[k];
    const lines =
      this.by === ''
        ? []
        : this.groups.labels.map((label, g) =>
            element(
              'tr',
              {},
              element('td', {}, swatch(g), cut(label, 26)),
              element('td', {
                text: `${this.chosen?.[g * N_BINS + k]} of ${this.counts[g * N_BINS + k]}`,
              }),
            ),
          );
    showTip(
      event.clientX,
      event.clientY,
      element('b', { text: `${low} … ${high}` }),
      element('div', { text: `${selected} of ${all} trials are selected` }),
      lines.length ? element('table', {}, ...lines) : null,
    );
  }
}

/**
 * Sums over the groups.
 * @param {Float64Array} counts
 * @param {number} nBins
 */
function sums(counts, nBins) {
  const found = new Float64Array(nBins);
  counts.forEach((n, at) => (found[at % nBins] += n));
  return found;
}
