/** What the horizontal axis of the exploration history counts. */

import { besideEachOther, spread } from '../../compute/timeline.js';

/**
 * @typedef {import('../../state/data.js').Data} Data
 * @typedef {'trial' | 'batch' | 'generation' | 'bracket' | 'rung' | 'step' | 'sampler'} Order
 * @typedef {{ name: string, first: number, last: number }} Group places of a group of trials
 */

/** @type {Order[]} */
export const ORDERS = ['trial', 'sampler', 'batch', 'generation', 'bracket', 'rung', 'step'];

const GAP = 0.02; // between two samplers, as a share of all trials

/**
 * Place of each row; NaN = none in this order.
 * @param {Data} data
 * @param {Order} order
 * @returns {Float64Array}
 */
export function placesOf(data, order) {
  if (order === 'trial') return Float64Array.from(data.number);
  if (order === 'sampler') return bySampler(data).places;
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
  if (order !== 'sampler') return [];
  const { labels } = data.sampler;
  return bySampler(data).groups.map(({ code, ...group }) => ({
    name: labels[code] || 'unknown',
    ...group,
  }));
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
 * Where trials stand; those of one place beside each other.
 * @param {Float64Array} places
 * @param {Order} order
 */
export function spotsOf(places, order) {
  return ['trial', 'sampler', 'step'].includes(order) ? places : spread(places);
}
