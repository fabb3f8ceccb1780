/** Which trials are drawn when they are too many. */

import { paintOrder } from '../../chart/dots.js';

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
 * At most `most` of some rows, worst first: an eighth of the room for the best, the rest evenly.
 *
 * @param {Int32Array} rows
 * @param {number} most
 */
export function thin(rows, most) {
  if (rows.length <= most) return rows;
  const nBest = most >> 3;
  const [others, room] = [rows.length - nBest, most - nBest];
  const found = new Int32Array(most);
  for (let k = 0; k < room; k += 1) found[k] = rows[Math.floor((k * others) / room)];
  found.set(rows.subarray(others), room);
  return found;
}
