/** Where the values of a parameter and of the target stand in the chart of an effect. */

import { numberAxis, paramAxis } from '../../chart/scales.js';
import { paramKey } from '../../state/selection.js';
import { COMPLETE } from '../../rules.js';
import { brushOf } from '../parallel_coordinates/brushing.js';
import { noise } from '../parallel_coordinates/columns.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {{ param: Param, axis: Axis, values: Axis, box: Box, hasInactive: boolean }} Plane
 *   values: the axis of the target
 */

const STATION = 16; // px at the left for inactive
const MOST_JITTERED = 60; // levels, whose dots are spread

/**
 * @param {Workbench} workbench
 * @param {Param} param
 * @param {Box} box of the frame
 * @returns {Plane}
 */
export function planeOf({ data, targetColumn }, param, box) {
  const hasInactive = param.values.some((v, i) => Number.isNaN(v) && data.state[i] === COMPLETE);
  return {
    param,
    axis: paramAxis(param),
    values: numberAxis(...targetColumn.reach),
    box: hasInactive ? { ...box, left: box.left + STATION } : box,
    hasInactive,
  };
}

/** Pixels of a share of the horizontal axis. @param {Plane} plane @param {number} unit */
export function acrossOf({ box }, unit) {
  return box.left + unit * (box.right - box.left);
}

/** Pixels of a value of the target. @param {Plane} plane @param {number} value */
export function heightOf({ box, values }, value) {
  return box.bottom - values.toUnit(value) * (box.bottom - box.top);
}

/**
 * Places of the trials that have the target; those of one level lie beside each other.
 *
 * @param {Plane} plane
 * @param {Workbench} workbench
 */
export function placesOf(plane, { data, order, targetColumn }) {
  const { param, axis, box } = plane;
  const [x, y] = [new Float32Array(data.n).fill(NaN), new Float32Array(data.n).fill(NaN)];
  const levels = axis.levels ?? Infinity;
  const jitter = levels <= MOST_JITTERED ? (0.6 * (box.right - box.left)) / levels : 0;
  for (const row of order) {
    const value = param.values[row];
    x[row] = Number.isNaN(value)
      ? box.left - STATION / 2 + noise(row) * 8
      : acrossOf(plane, axis.toUnit(value)) + noise(row) * jitter;
    y[row] = heightOf(plane, targetColumn.values[row]);
  }
  return { x, y };
}

/**
 * The brush between two places.
 *
 * @param {Plane} plane
 * @param {import('../../state/data.js').Data} data
 * @param {number} from in pixels
 * @param {number} to
 */
export function brushBetween({ param, axis, box }, data, from, to) {
  const unit = (/** @type {number} */ x) =>
    Math.min(1, Math.max(0, (x - box.left) / (box.right - box.left)));
  const column = {
    key: paramKey(param.name),
    name: param.name,
    isTarget: false,
    isFlipped: false,
    axis,
    values: param.values,
    param,
    at: new Float32Array(0),
    hasInactive: false,
  };
  return brushOf(data, column, [[unit(Math.min(from, to)), unit(Math.max(from, to))]], false);
}
