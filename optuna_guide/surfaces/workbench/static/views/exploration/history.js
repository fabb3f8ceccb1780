/** Where the trials of a history stand. */

import { paintOrder } from '../../chart/dots.js';
import { byImportance } from '../../chart/params.js';
import { swarm } from '../../compute/timeline.js';
import { COMPLETE, MAX_SURVIVORS, PRUNED } from '../../rules.js';
import { withPruned } from '../../state/ranking.js';
import { numberAxis, paramAxis } from '../../chart/scales.js';
import { sizeOf } from './marks.js';
import { groupsOf, placesOf, roomOf } from './orders.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {{ param: import('../../state/data.js').Param, axis: Axis,  x: Float64Array, y: Float64Array, top: number, survivors: number[] }} Row
 *   survivors: share of the trials of each option that were not pruned; empty where that is not told
 * @typedef {import('../../wire.js').CorridorAnswer} Corridor
 * @typedef {{ steps: number[], values: number[] }} Curve
 */

export const PEAK = 62; // pixels
export const ROW = 66;
export const NAME = 15; // above the values of a parameter
export const GAP = NAME + 5;
const MARGIN = 0.7; // places before the first one, and behind the last
const SWARM = 0.44; // of the way to the next place
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
    /** Middles of the places in pixels. @type {Float64Array} */
    this.x = new Float64Array(0);
    /** @type {Axis | null} */
    this.axis = null;
    this.size = 3;
    /** Goodness of all trials, pruned ones by their last reported value. */
    this.goodness = workbench.goodness;
    /** What was narrowed to, or suggested. @type {Corridor[]} */
    this.corridors = [];
    /** Where all trials were evaluated, in the order by steps. @type {import('./tracks.js').Tracks | null} */
    this.tracks = null;
    /** How to read what the sampler does; empty = nothing is known. */
    this.sampler = '';
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
        const y = Float64Array.from(param.values, place);
        const row = { param, axis, x: this.x, y, top, survivors: this.survivorsOf(param) };
        top += ROW + GAP;
        return row;
      });
    frame.margin.right = this.rows.some(({ survivors }) => survivors.length) ? 54 : 10;
    frame.height = top - GAP + frame.margin.bottom;
    frame.fit();
  }

  /** How good the trials count for their colours. */
  grade() {
    const { data, order, goodness, targetColumn, colouring } = this.workbench;
    this.goodness = this.isReported
      ? withPruned(goodness, data, targetColumn, order, colouring)
      : goodness;
  }

  /** Whether the target is what trials report on their way. */
  get isReported() {
    const { data, targetColumn } = this.workbench;
    const hasOne = !data.targets.some(({ kind }) => kind === 'pareto_rank');
    return hasOne && targetColumn === data.targets[0];
  }

  /** Lay the trials out over the width that there is. */
  layOut() {
    const { left, right } = this.frame.box;
    let [first, last, n] = [Infinity, -Infinity, 0];
    for (const place of this.places) {
      if (Number.isNaN(place)) continue;
      [first, last, n] = [Math.min(first, place), Math.max(last, place), n + 1];
    }
    if (this.order === 'step') first = Math.min(first, this.tracks?.record.steps[0] ?? first);
    this.axis = n ? numberAxis(first - MARGIN, last + MARGIN, false, true) : null;
    this.x = this.places.map((v) => left + (this.axis?.toUnit(v) ?? NaN) * (right - left));
    this.size = sizeOf(n * this.rows.length * 0.5);
    const room = roomOf(this.places, this.order);
    const across = (SWARM * (room ?? 0) * (right - left)) / (last - first + 2 * MARGIN);
    for (const row of this.rows) row.x = room === null ? this.x : this.#swarm(row, across);
  }

  /** @param {Row} row @param {number} room */
  #swarm(row, room) {
    const { workbench, places, x, size } = this;
    const rows = [...paintOrder(workbench)].reverse().filter((i) => workbench.filter[i]);
    const look = { size: (2 * size) / (ROW - 8), room };
    const offsets = swarm(rows, places, row.y, look, 2 * size + 0.5);
    return x.map((v, i) => v + offsets[i]);
  }

  /**
   * Share of the trials of each option that were not pruned.
   * @param {import('../../state/data.js').Param} param
   */
  survivorsOf({ kind, choices, values }) {
    const { state } = this.workbench.data;
    if (kind !== 'categorical' || choices.length > MAX_SURVIVORS || !state.includes(PRUNED))
      return [];
    const [all, survived] = [choices.map(() => 0), choices.map(() => 0)];
    values.forEach((code, row) => {
      if (Number.isNaN(code) || (state[row] !== PRUNED && state[row] !== COMPLETE)) return;
      all[code] += 1;
      if (state[row] === COMPLETE) survived[code] += 1;
    });
    return survived.map((n, k) => n / all[k]);
  }

  /** Heights of all trials in pixels. @param {Row} row */
  heights(row) {
    return row.y.map((unit) => this.yOf(row, unit));
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
      const x = row ? row.x[i] : this.x[i];
      if (!filter[i] || Number.isNaN(x)) continue;
      const dy = row ? this.yOf(row, row.y[i]) - at.y : 0;
      const distance = (x - at.x) ** 2 + dy * dy;
      if (distance <= least) [best, least] = [i, distance];
    }
    return best;
  }
}
