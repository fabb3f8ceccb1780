/** Which trials are drawn when they are too many. */

import { paintOrder } from '../../chart/dots.js';
import { noise } from './columns.js';

/**
 * Flagged rows to draw, worst first; the best always stay.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {'mask' | 'filter'} flags those that are selected, or all that pass the filter
 * @param {number} most
 */
export function rowsToDraw(workbench, flags, most) {
  const allowed = workbench[flags];
  return thin(
    paintOrder(workbench).filter((row) => allowed[row] === 1),
    most,
  );
}

/**
 * About `most` of some rows, worst first: an eighth of the room for the best, the rest at random.
 * Each row has its own number: where some more are taken, those that were taken before stay.
 *
 * @param {Int32Array} rows
 * @param {number} most
 */
export function thin(rows, most) {
  if (rows.length <= most) return rows;
  const nBest = most >> 3;
  const nOthers = rows.length - nBest;
  const share = (most - nBest) / nOthers - 0.5;
  return rows.filter((row, k) => k >= nOthers || noise(row) < share);
}
