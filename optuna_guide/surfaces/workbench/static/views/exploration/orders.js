/** What the horizontal axis of the exploration history counts. */

import { besideEachOther } from '../../compute/timeline.js';

/**
 * @typedef {import('../../state/data.js').Data} Data
 * @typedef {'trial' | 'batch' | 'generation' | 'bracket' | 'rung' | 'step' | 'sampler'} Order
 * @typedef {{ name: string, first: number, last: number, n: number }} Group places of a group of so
 *   many trials
 */

/** @type {Order[]} */
export const ORDERS = ['trial', 'sampler', 'batch', 'generation', 'bracket', 'rung', 'step'];

const GAP = 0.02; // between two samplers, as a share of all trials
const MOST_STOPS = 20; // steps at which trials end, where they stand beside each other
const FARTHEST = 4; // places
const BETWEEN = 0.3; // places between two brackets

/**
 * Place of each row; NaN = none in this order.
 * @param {Data} data
 * @param {Order} order
 * @returns {Float64Array}
 */
export function placesOf(data, order) {
  if (order === 'trial') return Float64Array.from(data.number);
  if (order === 'sampler') return bySampler(data).places;
  if (order === 'rung') return byRung(data).places;
  const column = order === 'step' ? data.last_step : data[order];
  return Float64Array.from(column, (v) => (v < 0 ? NaN : v));
}

/**
 * Groups that stand beside each other, each with a record of its own.
 * @param {Data} data
 * @param {Order} order
 * @returns {Group[]}
 */
export function groupsOf(data, order) {
  if (order === 'rung') return byRung(data).groups;
  if (order !== 'sampler') return [];
  const { labels } = data.sampler;
  return bySampler(data).groups.map(({ code, first, last }) => ({
    name: labels[code] || 'unknown',
    first,
    last,
    n: last - first + 1,
  }));
}

/**
 * Rungs of each bracket beside each other; of all trials where no brackets are known.
 * @param {Data} data
 * @returns {{ places: Float64Array, groups: Group[] }}
 */
function byRung({ rung, bracket }) {
  const places = Float64Array.from(rung, (v) => (v < 0 ? NaN : v));
  /** @type {Map<number, { highest: number, n: number }>} */
  const found = new Map();
  for (let row = 0; row < rung.length; row++) {
    if (rung[row] < 0) continue;
    const own = found.get(bracket[row]) ?? { highest: 0, n: 0 };
    own.highest = Math.max(own.highest, rung[row]);
    own.n += 1;
    found.set(bracket[row], own);
  }
  if (found.size < 2) return { places, groups: [] };
  let first = 0;
  /** @type {Map<number, number>} */
  const starts = new Map();
  const groups = [...found]
    .sort(([a], [b]) => a - b)
    .map(([code, { highest, n }]) => {
      const group = {
        name: code < 0 ? 'no bracket' : `bracket ${code}`,
        first,
        last: first + highest,
        n,
      };
      starts.set(code, first);
      first = group.last + 1 + BETWEEN;
      return group;
    });
  return { places: places.map((v, row) => v + (starts.get(bracket[row]) ?? NaN)), groups };
}

/** @param {Data} data */
function bySampler(data) {
  return besideEachOther(data.sampler.codes, Math.ceil(GAP * data.n));
}

/**
 * The orders that tell trials apart.
 * @param {Data} data
 * @returns {Order[]}
 */
export function ordersOf(data) {
  return ORDERS.filter((order) => {
    if (order === 'trial') return true;
    if (order === 'sampler') return new Set(data.sampler.codes).size > 1;
    const places = new Set(placesOf(data, order).filter((v) => !Number.isNaN(v)));
    return places.size > 1 && (order !== 'batch' || places.size < 0.8 * data.n);
  });
}

/**
 * The least distance of two places where many trials share one; null where they do not.
 * @param {Float64Array} places
 * @param {Order} order
 */
export function roomOf(places, order) {
  if (order === 'trial' || order === 'sampler') return null;
  const known = [...new Set(places.filter((v) => !Number.isNaN(v)))].sort((a, b) => a - b);
  if (order === 'step' && known.length > MOST_STOPS) return null;
  return known.reduce((least, v, k) => (k ? Math.min(least, v - known[k - 1]) : least), FARTHEST);
}
