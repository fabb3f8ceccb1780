/** Where the points stand, by what a trial costs or on a map; and what links them. */

import { readAxis } from '../../chart/costs.js';
import { unbeaten } from '../../compute/pareto.js';

/**
 * @typedef {import('../../state/data.js').Data} Data
 * @typedef {import('../../state/data.js').Target} Target
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {{ x: Float64Array, y: Float64Array }} Places  from 0 to 1; NaN = nowhere
 */

const FILLED = 0.94; // of the room that a map takes

/**
 * Places by two targets, with their axes.
 *
 * @param {Data} data
 * @param {ArrayLike<number>} rows
 * @param {Target} cost
 * @param {Target} goal
 * @returns {Places & { axes: { x: Axis, y: Axis } }}
 */
export function placeByCost(data, rows, cost, goal) {
  const [x, y] = [readAxis(cost.reach), readAxis(goal.reach, false)];
  const known = Array.from(rows).filter((row) => isKnown(cost, goal, row));
  const places = spreadOut(data.n, known, (row) => [
    x.unit(cost.values[row]),
    y.unit(goal.values[row]),
  ]);
  return { ...places, axes: { x: x.axis, y: y.axis } };
}

/**
 * Rows that no other beats in both, in the order of the cost.
 *
 * @param {Data} data
 * @param {ArrayLike<number>} rows
 * @param {Target} cost
 * @param {Target} goal
 */
export function frontOf(data, rows, cost, goal) {
  const known = Array.from(rows).filter((row) => isKnown(cost, goal, row));
  const [x, y] = [cost, goal].map(({ values, direction }) =>
    known.map((row) => (direction === 'maximize' ? -values[row] : values[row])),
  );
  const feasible = known.map((row) => data.feasible[row]);
  return unbeaten(x, y, feasible).map((i) => known[i]);
}

/** @param {Target} cost @param {Target} goal @param {number} row */
function isKnown(cost, goal, row) {
  return Number.isFinite(cost.values[row]) && Number.isFinite(goal.values[row]);
}

/**
 * Places on a map, whose two axes have one scale.
 *
 * @param {Data} data
 * @param {number[]} rows of which the map has a place
 * @param {import('./maps.js').TrialMap} map
 * @param {import('../../chart/frame.js').Box} box
 * @returns {Places}
 */
export function placeOnMap({ n, number }, rows, map, { left, right, top, bottom }) {
  const at = (/** @type {number} */ row) =>
    /** @type {[number, number]} */ (map.places.get(number[row]));
  const [[x0, x1], [y0, y1]] = [0, 1].map((k) => ends(rows.map((row) => at(row)[k])));
  const [width, height] = [right - left, bottom - top];
  const scale = FILLED * Math.min(width / (x1 - x0 || 1), height / (y1 - y0 || 1));
  return spreadOut(n, rows, (row) => {
    const [x, y] = at(row);
    return [
      0.5 + ((x - (x0 + x1) / 2) * scale) / width,
      0.5 + ((y - (y0 + y1) / 2) * scale) / height,
    ];
  });
}

/**
 * @param {number} n
 * @param {number[]} rows
 * @param {(row: number) => [number, number]} place
 * @returns {Places}
 */
function spreadOut(n, rows, place) {
  const [x, y] = [new Float64Array(n).fill(NaN), new Float64Array(n).fill(NaN)];
  for (const row of rows) [x[row], y[row]] = place(row);
  return { x, y };
}

/** @param {number[]} values @returns {[number, number]} */
function ends(values) {
  return values.reduce(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    /** @type {[number, number]} */ ([Infinity, -Infinity]),
  );
}
