/** Trials and what they descend from, before the others. */

import { theme } from './colours.js';

/**
 * Fade what lies behind.
 * @param {CanvasRenderingContext2D} context
 * @param {import('./frame.js').Box} box
 */
export function drawVeil(context, { left, top, right, bottom }) {
  context.fillStyle = theme().card;
  context.globalAlpha = 0.78;
  context.fillRect(left - 6, top, right - left + 12, bottom - top);
  context.globalAlpha = 1;
}

/**
 * A curve from each parent to its child.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number][]} links
 * @param {ArrayLike<number>} x
 * @param {ArrayLike<number>} y
 */
export function drawFamily(context, links, x, y) {
  context.strokeStyle = theme().pair;
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [parent, child] of links) {
    const [x0, y0, x1, y1] = [x[parent], y[parent], x[child], y[child]];
    if (Number.isNaN(x0 + y0 + x1 + y1)) continue;
    const middle = x0 + 0.5 * (x1 - x0);
    context.moveTo(x0, y0);
    context.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  }
  context.stroke();
}
