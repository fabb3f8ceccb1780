/** The record that the search set, from place to place. */

import { findRecords } from '../../compute/timeline.js';
import { number } from '../../scales.js';

/**
 * @typedef {import('../../workbench.js').Workbench} Workbench
 * @typedef {{ words: string, places: number[], heights: number[], high: string, low: string }} Peak
 *   heights from 0 to 1; `high` and `low` name these two
 */

const PARETO_RANK = 'pareto_rank';

/**
 * The best value so far above what nine in ten trials reach; of several objectives, the share of
 * the final front that is found.
 * @param {Workbench} workbench
 * @param {Float64Array} places Of all rows; NaN = none.
 * @param {import('./orders.js').Order} order
 * @returns {Peak}
 */
export function readPeak(workbench, places, order) {
  const rows = workbench.order.filter((row) => workbench.filter[row] && !Number.isNaN(places[row]));
  const isFront = workbench.targetColumn.name === PARETO_RANK;
  const soFar = ['trial', 'batch', 'generation'].includes(order);
  const best = isFront ? 'of the front found' : soFar ? 'best so far' : `best at a ${order}`;
  if (!rows.length) return { words: best, places: [], heights: [], high: '', low: '' };
  return isFront
    ? frontFound(workbench, rows, places, best)
    : valueReached(workbench, rows, places, soFar, best);
}

/**
 * @param {Workbench} workbench
 * @param {Int32Array} rows
 * @param {Float64Array} places
 * @param {string} words
 * @returns {Peak}
 */
function frontFound({ targetColumn }, rows, places, words) {
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const row of [...rows].sort((a, b) => places[a] - places[b])) {
    const isOnFront = Number(targetColumn.values[row] === 0);
    found.set(places[row], (found.get(places[row]) ?? 0) + isOnFront);
  }
  const all = [...found.values()].reduce((sum, n) => sum + n, 0);
  let sum = 0;
  const heights = [...found.values()].map((n) => (sum += n) / Math.max(all, 1));
  return { words, places: [...found.keys()], heights, high: '100 %', low: '0 %' };
}

/**
 * @param {Workbench} workbench
 * @param {Int32Array} rows Best first.
 * @param {Float64Array} places
 * @param {boolean} soFar
 * @param {string} words
 * @returns {Peak}
 */
function valueReached(workbench, rows, places, soFar, words) {
  const { values } = workbench.targetColumn;
  const loss = new Float64Array(places.length).fill(NaN);
  for (const row of rows) loss[row] = workbench.loss(row);
  const record = findRecords(places, loss, soFar);
  const faint = values[rows[Math.round(0.9 * (rows.length - 1))]];
  const best = values[rows[0]];
  const reach = best === faint ? Math.abs(best) || 1 : best - faint;
  const heights = record.holders.map((row) =>
    Math.min(Math.max((values[row] - faint) / reach, 0), 1),
  );
  const low = best === faint ? '' : number(faint, 3);
  return { words, places: record.places, heights, high: number(best, 5), low };
}
