/** Where promising ranges lie on an axis. */

import { paramAxis } from '../chart/scales.js';
import { MIN_BAND } from '../rules.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {{ intervals?: [number, number][], indices?: number[], choices?: number[] }} Held
 */

/**
 * Unit intervals that a promising range covers; neighbouring choices are joined.
 * @param {Param} param
 * @param {Held} range
 * @returns {[number, number][]}
 */
export function bands(param, range) {
  const axis = paramAxis(param);
  const indices = range.choices ?? range.indices;
  if (indices) {
    const n = Math.max(param.choices.length, 1);
    return joined([...indices].sort((a, b) => a - b).map((i) => [i / n, (i + 1) / n]));
  }
  const half = axis.levels === null ? 0 : (param.step || 1) / 2;
  return (range.intervals ?? []).map(([low, high]) =>
    visible(axis.toUnit(low - half), axis.toUnit(high + half)),
  );
}

/**
 * The same as they are, value by value: whole levels, and points where there are none.
 * @param {import('../chart/scales.js').Axis} axis
 * @param {Held | null | undefined} range
 * @returns {[number, number][]}
 */
export function spansOf(axis, range) {
  const indices = range?.choices ?? range?.indices;
  if (indices) return indices.map(axis.cell);
  return (range?.intervals ?? []).map(([low, high]) => [axis.cell(low)[0], axis.cell(high)[1]]);
}

/**
 * Neighbouring spans as one.
 * @param {[number, number][]} cells Ascending.
 * @returns {[number, number][]}
 */
export function joined(cells) {
  /** @type {[number, number][]} */
  const found = [];
  for (const [low, high] of cells) {
    const last = found.at(-1);
    if (last && low - last[1] < 1e-9) last[1] = high;
    else found.push([low, high]);
  }
  return found;
}

/**
 * @param {number} low
 * @param {number} high
 * @returns {[number, number]}
 */
function visible(low, high) {
  const missing = Math.max(MIN_BAND - (high - low), 0) / 2;
  return [Math.max(low - missing, 0), Math.min(high + missing, 1)];
}
