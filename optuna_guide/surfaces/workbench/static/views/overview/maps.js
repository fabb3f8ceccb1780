/** Maps on which trials that are alike lie near each other; a trial stays where it was put. */

import { column } from '../../state/trials.js';

/**
 * @typedef {object} TrialMap
 * @property {Map<number, [number, number]>} places Of trial numbers, in the unit of the distances.
 * @property {number} share Part of the squared distances that the two axes show.
 */

/**
 * @param {import('../../state/api.js').Api} api
 * @param {'configuration' | 'prediction'} kind
 * @returns {Promise<TrialMap | null>} Null where no trial logged predictions.
 */
export async function askMap(api, kind) {
  const { map } = await api.get(`${kind}_map`);
  if (!map) return null;
  const [numbers, x, y] = [map.numbers, map.x, map.y].map(column);
  /** @type {TrialMap['places']} */
  const places = new Map();
  numbers.forEach((number, i) => places.set(number, [x[i], y[i]]));
  return { places, share: map.share };
}
