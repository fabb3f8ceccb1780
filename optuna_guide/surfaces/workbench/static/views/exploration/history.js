/** Where the trials of a history stand. */

import { byImportance } from '../../chart/params.js';
import { withPruned } from '../../state/ranking.js';
import { numberAxis, paramAxis } from '../../chart/scales.js';
import { sizeOf } from './marks.js';
import { groupsOf, placesOf, spotsOf } from './orders.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {{ param: import('../../state/data.js').Param, axis: Axis, y: Float64Array, top: number }} Row
 * @typedef {import('../../wire.js').CorridorAnswer} Corridor
 * @typedef {{ steps: number[], values: number[] }} Curve
 */

export const PEAK = 62; // pixels
export const ROW = 66;
export const NAME = 15; // above the values of a parameter
export const GAP = NAME + 5;
const JITTER = 0.62; // of a level's cell
const GOLDEN = 0.6180339887498949; // spreads evenly, and the same at every drawing

/** The layout of the drawing, and what is known about the trials beyond the data. */
export class History {
  /**
   * @param {Workbench} workbench
   * @param {import('../../chart/frame.js').Frame} frame
   */
  constructor(workbench, frame) {
    this.workbench = workbench;
    this.frame = frame;
    /** @type {import('./orders.js').Order} */
    this.order = 'trial';
    /** @type {Row[]} */
    this.rows = [];
    /** Place of each trial in the order; NaN = none. @type {Float64Array} */
    this.places = new Float64Array(0);
    /** @type {import('./orders.js').Group[]} */
    this.groups = [];
    /** The same in pixels. @type {Float64Array} */
    this.x = new Float64Array(0);
    /** @type {Axis | null} */
    this.axis = null;
    this.size = 3;
    /** Goodness of all trials, pruned ones by their last reported value. */
    this.goodness = workbench.goodness;
    /** What was narrowed to, or suggested. @type {Corridor[]} */
    this.corridors = [];
    /** What trials reported, as far as it was asked for. @type {Map<number, Curve>} */
    this.curves = new Map();
  }

  /**
   * Read the trials, with rows for so many parameters.
   * @param {number} most
   */
  read(most) {
    const { workbench, frame } = this;
    this.places = placesOf(workbench.data, this.order);
    this.groups = groupsOf(workbench.data, this.order);
    this.grade();
    let top = frame.margin.top + PEAK + GAP + NAME + 2;
    this.rows = byImportance(workbench)
      .slice(0, most)
      .map((param) => {
        const axis = paramAxis(param);
        const room = axis.levels === null ? 0 : JITTER / axis.levels;
        const place = (/** @type {number} */ v, /** @type {number} */ row) =>
          axis.toUnit(v) + room * (((row * GOLDEN) % 1) - 0.5);
        const row = { param, axis, y: Float64Array.from(param.values, place), top };
        top += ROW + GAP;
        return row;
      });
    frame.height = top - GAP + frame.margin.bottom;
    frame.fit();
  }

  /** How good the trials count for their colours. */
  grade() {
    const { data, order, goodness, targetColumn, colouring } = this.workbench;
    const hasOne = !data.targets.some(({ kind }) => kind === 'pareto_rank');
    const isReported = hasOne && targetColumn === data.targets[0];
    this.goodness = isReported
      ? withPruned(goodness, data, targetColumn, order, colouring)
      : goodness;
  }

  /** Lay the trials out over the width that there is. */
  layOut() {
    const { left, right } = this.frame.box;
    let [first, last, n] = [Infinity, -Infinity, 0];
    for (const place of this.places) {
      if (Number.isNaN(place)) continue;
      [first, last, n] = [Math.min(first, place), Math.max(last, place), n + 1];
    }
    this.axis = n ? numberAxis(first - 0.7, last + 0.7) : null;
    const spots = spotsOf(this.places, this.order);
    this.x = spots.map((v) => left + (this.axis?.toUnit(v) ?? NaN) * (right - left));
    this.size = sizeOf(n * this.rows.length * 0.5);
  }

  /** @param {number} place */
  xOf(place) {
    const { left, right } = this.frame.box;
    return left + (this.axis?.toUnit(place) ?? NaN) * (right - left);
  }

  /** @param {number} x */
  placeAt(x) {
    const { left, right } = this.frame.box;
    return this.axis?.fromUnit((x - left) / (right - left)) ?? 0;
  }

  /**
   * @param {Row} row
   * @param {number} unit
   */
  yOf(row, unit) {
    return row.top + ROW - 4 - unit * (ROW - 8);
  }

  /**
   * The trial nearest to a point; in the rows of parameters by both axes.
   * @param {{ x: number, y: number }} at
   */
  find(at) {
    const row = this.rows.find(({ top }) => at.y >= top - GAP / 2 && at.y < top + ROW + GAP / 2);
    if (!row && at.y > this.frame.box.top + PEAK) return -1;
    const { filter } = this.workbench;
    let [best, least] = [-1, 14 ** 2];
    for (let i = 0; i < this.x.length; i++) {
      if (!filter[i] || Number.isNaN(this.x[i])) continue;
      const dy = row ? this.yOf(row, row.y[i]) - at.y : 0;
      const distance = (this.x[i] - at.x) ** 2 + dy * dy;
      if (distance <= least) [best, least] = [i, distance];
    }
    return best;
  }
}
