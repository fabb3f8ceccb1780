/** Trials as dots, the better the later and the stronger. */

import { shade, theme } from './colours.js';

/**
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 * @typedef {ArrayLike<number>} Numbers
 */

const FEW = 1500; // of which circles can be drawn in time

/** @type {WeakMap<Int32Array, Int32Array>} */
const KNOWN = new WeakMap();

/**
 * All rows in the order in which they are drawn: those without the target, then from the worst to
 * the best.
 * @param {Workbench} workbench
 * @returns {Int32Array}
 */
export function paintOrder(workbench) {
  let found = KNOWN.get(workbench.order);
  if (!found) {
    const { order, goodness } = workbench;
    found = new Int32Array(goodness.length);
    let k = 0;
    for (let row = 0; row < goodness.length; row++) {
      if (Number.isNaN(goodness[row])) found[k++] = row;
    }
    for (let i = order.length - 1; i >= 0; i--) found[k++] = order[i];
    KNOWN.set(order, found);
  }
  return found;
}

/**
 * Draw the flagged rows at their places; NaN = nowhere.
 * @param {CanvasRenderingContext2D} context
 * @param {Iterable<number>} rows
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {{ flags?: Numbers | null, colour?: (row: number) => string, radius?: number | Numbers,
 *   few?: boolean }} look
 */
export function drawDots(context, rows, x, y, { flags = null, colour, radius = 3, few = false }) {
  let last = '';
  const paint = few ? circle : blot;
  context.strokeStyle = theme().card;
  context.lineWidth = 0.8;
  for (const row of rows) {
    if ((flags && !flags[row]) || !(x[row] === x[row] && y[row] === y[row])) continue;
    if (colour) {
      const next = colour(row);
      if (next !== last) context.fillStyle = last = next;
    }
    paint(context, x[row], y[row], typeof radius === 'number' ? radius : radius[row]);
  }
}

/**
 * All rows that pass the filter, pale, to lie behind the selected ones.
 * @param {CanvasRenderingContext2D} context
 * @param {Workbench} workbench
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {number | Numbers} radius
 */
export function drawPale(context, workbench, x, y, radius) {
  context.fillStyle = theme().faint;
  context.globalAlpha = 0.3;
  const size = typeof radius === 'number' ? 0.8 * radius : radius;
  drawDots(context, paintOrder(workbench), x, y, { flags: workbench.filter, radius: size });
  context.globalAlpha = 1;
}

/**
 * Whether so many dots can be drawn as circles.
 * @param {number} n
 */
export function areFew(n) {
  return n <= FEW;
}

/**
 * Colour of each row by the target.
 * @param {Workbench} workbench
 * @returns {(row: number) => string}
 */
export function byGoodness({ goodness }) {
  const { faint } = theme();
  return (row) => (Number.isNaN(goodness[row]) ? faint : shade(goodness[row]));
}

/**
 * Rings around the hovered trial and the kept ones.
 * @param {CanvasRenderingContext2D} context
 * @param {Workbench} workbench
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {number} [radius]
 */
export function drawMarked(context, workbench, x, y, radius = 3.5) {
  const { kept, hover, card } = theme();
  const ring = (
    /** @type {number} */ row,
    /** @type {string} */ colour,
    /** @type {number} */ r,
  ) => {
    if (row < 0 || !(x[row] === x[row] && y[row] === y[row])) return;
    for (const [width, stroke] of /** @type {[number, string][]} */ ([
      [4, card],
      [2, colour],
    ])) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x[row], y[row], r, 0, 7);
      context.stroke();
    }
  };
  for (const number of workbench.kept) ring(workbench.rowOf(number), kept, radius + 1.5);
  if (workbench.hover >= 0) ring(workbench.hover, hover, radius + 2);
}

/**
 * The row whose dot is nearest, at most `reach` pixels away; -1 = none.
 * @param {Iterable<number>} rows
 * @param {Numbers} x
 * @param {Numbers} y
 * @param {{ x: number, y: number }} at
 * @param {number} [reach]
 */
export function nearest(rows, x, y, at, reach = 12) {
  let [best, least] = [-1, reach * reach];
  for (const row of rows) {
    const distance = (x[row] - at.x) ** 2 + (y[row] - at.y) ** 2;
    if (distance <= least) [best, least] = [row, distance];
  }
  return best;
}

/**
 * A disc with a thin rim in the colour of the card, so that those behind it are told apart.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function circle(context, x, y, r) {
  context.beginPath();
  context.arc(x, y, r, 0, 7);
  context.fill();
  context.stroke();
}

/**
 * Rectangles that look round: a third of the time of a circle, and a tenth where they are small.
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} r
 */
export function blot(context, x, y, r) {
  const inner = (r > 3.5 ? 0.4 : 0.6) * r;
  context.fillRect(x - r, y - inner, 2 * r, 2 * inner);
  if (r > 1.5) context.fillRect(x - inner, y - r, 2 * inner, 2 * r);
  if (r > 3.5) context.fillRect(x - 0.74 * r, y - 0.74 * r, 1.48 * r, 1.48 * r);
}
