/** Lines of trials on a canvas: worst first, so that the best are never hidden. */

import { shade, theme } from '../../chart/colours.js';

const STEPS = 24;
const BATCH = 48; // lines that are stroked together: longer paths are slower
const BEST = 0.97; // goodness from which a line is bold
const APART = 0.35; // px up and down: two thin lines take a tenth of the time of a bold one

/**
 * @typedef {{ x: number[], y: Float32Array[] }} Geometry
 *   where each axis lies; height of each row on it, NaN where the line has a gap
 */

/**
 * Draw trials in the colours of the target.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} rows worst first
 * @param {Float32Array} goodness
 */
export function drawColoured(context, geometry, rows, goodness) {
  const crowd = Math.min(1, Math.max(0.1, 10 / Math.sqrt(rows.length + 1)));
  context.lineWidth = 1;
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const step = stepOf(goodness[rows[from]]);
    while (to < rows.length && stepOf(goodness[rows[to]]) === step) to += 1;
    const good = step / (STEPS - 1);
    context.strokeStyle = step < 0 ? theme().faint : shade(good);
    context.globalAlpha =
      step < 0
        ? crowd * 0.5
        : Math.min(1, crowd * (0.35 + 0.65 * good ** 2) + (good > BEST ? 0.25 : 0));
    for (const shift of good > BEST ? [-APART, APART] : [0])
      strokeAll(context, geometry, rows, from, to, shift);
  }
  context.globalAlpha = 1;
}

/** Lines of one step have one colour; -1 = no target. @param {number} goodness */
function stepOf(goodness) {
  return Number.isNaN(goodness) ? -1 : Math.round(goodness * (STEPS - 1));
}

/**
 * Draw trials faintly, as the background of those that are selected.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} rows
 */
export function drawFaint(context, geometry, rows) {
  context.strokeStyle = theme().faint;
  context.globalAlpha = Math.min(0.35, Math.max(0.05, 6 / Math.sqrt(rows.length + 1) / 4));
  context.lineWidth = 1;
  strokeAll(context, geometry, rows);
  context.globalAlpha = 1;
}

/**
 * Draw one trial over all others, with a halo.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {number} row
 * @param {string} colour
 * @param {number} width
 */
export function drawOne(context, geometry, row, colour, width) {
  for (const [stroke, extra] of /** @type {[string, number][]} */ ([
    [theme().card, 3],
    [colour, 0],
  ])) {
    context.strokeStyle = stroke;
    context.lineWidth = width + extra;
    strokeAll(context, geometry, [row]);
  }
  context.fillStyle = colour;
  geometry.x.forEach((x, j) => {
    const y = geometry.y[j][row];
    if (Number.isNaN(y)) return;
    context.beginPath();
    context.arc(x, y, width + 1, 0, 7);
    context.fill();
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} rows
 * @param {number} [from] among the rows
 * @param {number} [to]
 * @param {number} [shift] down, in pixels
 */
function strokeAll(context, { x, y }, rows, from = 0, to = rows.length, shift = 0) {
  for (let k = from; k < to; k += BATCH) {
    context.beginPath();
    const end = Math.min(k + BATCH, to);
    for (let m = k; m < end; m += 1) {
      const row = rows[m];
      let isDown = false;
      for (let j = 0; j < x.length; j += 1) {
        const at = y[j][row] + shift;
        if (Number.isNaN(at)) isDown = false;
        else if (isDown) context.lineTo(x[j], at);
        else {
          context.moveTo(x[j], at);
          isDown = true;
        }
      }
    }
    context.stroke();
  }
}

/**
 * The row whose line passes nearest to a point, or -1 if none is within `reach` pixels.
 *
 * @param {Geometry} geometry
 * @param {ArrayLike<number>} rows
 * @param {number} px
 * @param {number} py
 * @param {number} reach
 */
export function nearestLine({ x, y }, rows, px, py, reach) {
  let right = x.findIndex((at) => at > px);
  if (right < 0) right = x.length - 1;
  if (right === 0) right = 1;
  if (x.length < 2) return -1;
  const share = Math.max(0, Math.min(1, (px - x[right - 1]) / (x[right] - x[right - 1])));
  const slopeOf = 1 / (x[right] - x[right - 1]);
  const [a, b] = [y[right - 1], y[right]];
  let found = -1;
  let least = reach;
  for (let k = 0; k < rows.length; k += 1) {
    const row = rows[k];
    const at = a[row] + share * (b[row] - a[row]);
    const slope = (b[row] - a[row]) * slopeOf;
    const distance = Math.abs(at - py) / Math.sqrt(1 + slope * slope);
    if (distance <= least) [found, least] = [row, distance]; // later rows are better: they win ties
  }
  return found;
}
