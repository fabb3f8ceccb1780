/** The order of the trials by their target, and how good each one counts for its colour. */

import { PRUNED } from '../rules.js';

/**
 * @typedef {import('./data.js').Data} Data
 * @typedef {import('./data.js').Target} Target
 * @typedef {{ by: 'rank' | 'value', ends: [number, number] }} Colouring
 *   the colours are spread between two goodnesses by rank or by value; 0 = worst, 1 = best
 */

/** @type {Colouring} */
export const BY_RANK = { by: 'rank', ends: [0, 1] };
export const CLOSEST = 0.01; // least distance of the two ends

/**
 * Rows that have a rank, best first.
 *
 * @param {Target} target
 */
export function bestFirst({ rank }) {
  const rows = new Int32Array(rank.length);
  let n = 0;
  for (let row = 0; row < rank.length; row += 1) {
    if (rank[row] < 0) continue;
    rows[rank[row]] = row;
    n += 1;
  }
  return rows.subarray(0, n);
}

/**
 * Per row: 1 = best, 0 = worst, spread between the ends; NaN = no target.
 *
 * @param {Data} data
 * @param {Target} target
 * @param {Int32Array} order best first
 * @param {Colouring} colouring
 */
export function goodnessOf(data, target, order, { by, ends }) {
  const found = new Float32Array(data.n).fill(NaN);
  const last = Math.max(order.length - 1, 1);
  const share = shareOf(target);
  order.forEach((row, rank) => {
    const isBehind = target.constrained && !data.feasible[row];
    const byValue = isBehind ? 0 : share(target.values[row]);
    found[row] = between(by === 'rank' ? 1 - rank / last : byValue, ends);
  });
  return found;
}

/**
 * The same, where pruned trials count by the last value that they reported.
 *
 * @param {Float32Array} goodness
 * @param {Data} data
 * @param {Target} target
 * @param {Int32Array} order best first
 * @param {Colouring} colouring
 */
export function withPruned(goodness, data, target, order, colouring) {
  const found = goodness.slice();
  const grade = graderOf(target, order, colouring);
  for (let row = 0; row < found.length; row += 1) {
    const value = data.last_value[row];
    if (data.state[row] === PRUNED && Number.isFinite(value)) found[row] = grade(value);
  }
  return found;
}

/**
 * How good a value of the target would count.
 *
 * @param {Target} target
 * @param {Int32Array} order best first
 * @param {Colouring} colouring
 * @returns {(value: number) => number}
 */
export function graderOf(target, order, { by, ends }) {
  const sign = target.direction === 'maximize' ? -1 : 1;
  const sorted = Float64Array.from(order, (row) => sign * target.values[row]).sort();
  const share = shareOf(target);
  return (value) => {
    const byRank = 1 - nLower(sorted, sign * value) / Math.max(sorted.length, 1);
    return between(by === 'rank' ? byRank : share(value), ends);
  };
}

/** Place between the worst end of a target's axis, 0, and the best one, 1. @param {Target} target */
function shareOf({ reach: [bottom, top], direction }) {
  const [worst, best] = direction === 'maximize' ? [bottom, top] : [top, bottom];
  return (/** @type {number} */ value) => (value - worst) / (best - worst || 1);
}

/** @param {number} good @param {[number, number]} ends */
function between(good, [low, high]) {
  return Math.max(0, Math.min(1, (good - low) / (high - low)));
}

/** How many are lower. @param {Float64Array} sorted @param {number} value */
function nLower(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Colours that a link asks for; what makes no sense is left out. @param {any} plain @returns {Colouring} */
export function readColouring(plain) {
  const [by, low, high] = Array.isArray(plain) ? plain : [];
  const isKnown = by === 'rank' || by === 'value';
  return isKnown && low >= 0 && high <= 1 && high - low > CLOSEST / 2
    ? { by, ends: [low, high] }
    : BY_RANK;
}
