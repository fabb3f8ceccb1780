/** What the horizontal axis of the exploration history counts. */

import { inferBatches, spread } from '../../compute/timeline.js';

/**
 * @typedef {import('../../data.js').Data} Data
 * @typedef {'trial' | 'batch' | 'generation' | 'rung' | 'step'} Order
 */

/** @type {Order[]} */
export const ORDERS = ['trial', 'batch', 'generation', 'rung', 'step'];

/**
 * Place of each row; NaN = none in this order.
 * @param {Data} data
 * @param {Order} order
 * @returns {Float64Array}
 */
export function placesOf(data, order) {
  if (order === 'trial') return Float64Array.from(data.number);
  if (order === 'batch') return inferBatches(data.start, data.seconds);
  const column = { generation: data.generation, rung: data.rung, step: data.last_step }[order];
  return Float64Array.from(column, (v) => (v < 0 ? NaN : v));
}

/**
 * The orders that tell trials apart.
 * @param {Data} data
 * @returns {Order[]}
 */
export function ordersOf(data) {
  return ORDERS.filter((order) => {
    if (order === 'trial') return true;
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
  return order === 'trial' || order === 'step' ? places : spread(places);
}
