/** Which trials are drawn when they are too many. */

/**
 * Rows to draw, worst first; the best always stay.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {number} most
 */
export function rowsToDraw({ order, mask, data, goodness }, most) {
  /** @type {number[]} */
  const without = [];
  for (let i = 0; i < data.n; i += 1) if (mask[i] && Number.isNaN(goodness[i])) without.push(i);
  const ranked = Array.from(order).filter((row) => mask[row]);
  return thin([...without, ...ranked.reverse()], most);
}

/**
 * At most `most` of some rows, worst first: an eighth of the room for the best, the rest evenly.
 *
 * @param {number[]} rows
 * @param {number} most
 */
export function thin(rows, most) {
  if (rows.length <= most) return rows;
  const best = rows.slice(rows.length - (most >> 3));
  const others = rows.length - best.length;
  const room = most - best.length;
  return [
    ...Array.from({ length: room }, (_, k) => rows[Math.floor((k * others) / room)]),
    ...best,
  ];
}
