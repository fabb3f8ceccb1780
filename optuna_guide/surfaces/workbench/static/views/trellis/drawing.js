/** A trellis as a drawing: a column for each option of the first parameter. */

import { BOLD, FONT, drawBottomAxis, fitted, rule } from '../../chart/axes.js';
import { LEFT, drawRowNames } from '../../chart/option_rows.js';
import { theme, tint } from '../../chart/colours.js';
import { summarise } from '../../compute/statistics.js';
import { cut } from '../../shell/dom.js';
import { numberAxis } from '../../chart/scales.js';
import { CHANCE, MIN_TRIALS } from '../../rules.js';

/**
 * @typedef {import('../../compute/options.js').Options} Options
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {import('../../chart/frame.js').Box} Box
 *
 * @typedef {object} Cells
 * @property {Options} columns
 * @property {Options} colours
 * @property {Options[]} rows
 *
 * @typedef {object} Dot A mean.
 * @property {number} x Pixels, like all that follows but the last three.
 * @property {number} y
 * @property {number} low Ends of the interval.
 * @property {number} high
 * @property {number} group Parameter in the rows.
 * @property {[number, number, number]} codes Options of column, row and colour.
 * @property {number} at Place among the means of the group.
 * @property {boolean} differs Whether its trials rank other than the rest beyond chance.
 */

export const ROW = 22; // pixels
const DODGE = 0.56; // of a row, for the colours
const GAP = 18; // pixels between columns
const LEAST = 64; // of a column's width
const BETWEEN = 60; // pixels, for its axis and the name of the one below

/**
 * Range of the shown means with a margin for their intervals.
 * @param {Float64Array} shown
 * @param {number} overall The mean of all trials, where there is no other.
 */
export function reachOf(shown, overall) {
  const { low, high } = summarise(shown.length ? shown : [overall]);
  const room = 0.15 * (high - low) || 0.05 * Math.max(Math.abs(high), 1e-12);
  return numberAxis(low - room, high + room);
}

/**
 * A box for each column, below each other where there is too little room.
 * @param {Box} box
 * @param {number} n Number of columns.
 * @param {number} height Of each, pixels.
 * @returns {Box[]}
 */
export function columnBoxes({ left, top, right }, n, height) {
  const width = (right - left - GAP * (n - 1)) / n;
  return Array.from({ length: n }, (_, c) => {
    if (width < LEAST) {
      const start = top + c * (height + BETWEEN);
      return { left, top: start, right, bottom: start + height };
    }
    const start = left + c * (width + GAP);
    return { left: start, top, right: start + width, bottom: top + height };
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Cells} cells
 * @param {Box[]} boxes
 * @param {Axis} axis
 * @param {{ mean: number, name: string }} target
 */
export function drawBehind(context, { columns, rows }, boxes, axis, { mean, name }) {
  const { ink, mute, line } = theme();
  const { bottom, right: end } = boxes[boxes.length - 1];
  const start = boxes[0].left;
  boxes.forEach((box, c) => {
    const { top } = box;
    if (box.left === start)
      drawRowNames(context, rows, { top, height: ROW, left: start, right: end });
    const width = box.right - box.left;
    context.font = BOLD;
    context.fillStyle = ink;
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillText(fitted(context, columns.labels[c], width), box.left, top - 5);
    drawBottomAxis(context, box, axis, { room: 36 });
    rule(context, line, box.left + 0.5, top, box.left + 0.5, box.bottom);
    const middle = box.left + axis.toUnit(mean) * width;
    context.setLineDash([2, 3]);
    rule(context, mute, middle, top, middle, box.bottom);
    context.setLineDash([]);
  });
  context.font = FONT;
  context.fillStyle = mute;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  context.fillText(fitted(context, `mean ${cut(name, 40)}`, LEFT - 10), 4, bottom + 5);
  context.fillText(`from ${MIN_TRIALS} trials on`, 4, bottom + 19);
}

/**
 * Where the means stand.
 * @param {Cells} cells
 * @param {Means[]} means One for each parameter in the rows.
 * @param {Box[]} boxes
 * @param {Axis} axis
 * @param {Float64Array[]} q Corrected p-values of the contrasts.
 * @returns {Dot[]}
 */
export function placeMeans({ columns, colours, rows }, means, boxes, axis, q) {
  const n = colours.labels.length;
  /** @type {Dot[]} */
  const found = [];
  let above = 0;
  rows.forEach(({ labels }, group) => {
    const { mean, half } = means[group];
    mean.forEach((value, at) => {
      if (Number.isNaN(value)) return;
      const [k, r] = [at % n, Math.floor(at / n) % labels.length];
      const c = Math.floor(at / n / labels.length);
      const box = boxes[c];
      const x = (/** @type {number} */ v) => box.left + axis.toUnit(v) * (box.right - box.left);
      const y = box.top + above + ROW * (r + 0.5 + DODGE * ((k + 0.5) / n - 0.5));
      const ends = { low: x(value - half[at]), high: x(value + half[at]) };
      found.push({
        x: x(value),
        y,
        ...ends,
        group,
        codes: [c, r, k],
        at,
        differs: q[group][at] <= CHANCE,
      });
    });
    above += ROW * labels.length;
  });
  return columns.labels.length ? found : [];
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Dot[]} dots
 * @param {boolean} isPale Rings, to lie behind others.
 */
export function drawMeans(context, dots, isPale) {
  const { card } = theme();
  for (const { x, y, low, high, codes, differs } of dots) {
    context.strokeStyle = context.fillStyle = tint(codes[2]);
    context.globalAlpha = isPale ? 0.5 : 1;
    context.lineWidth = differs ? 2.6 : 1.1;
    context.beginPath();
    context.moveTo(low, y);
    context.lineTo(high, y);
    context.stroke();
    context.lineWidth = 1.3;
    context.beginPath();
    context.arc(x, y, 3, 0, 7);
    if (isPale) {
      context.globalAlpha = 1;
      context.fillStyle = card;
    }
    context.fill();
    context.globalAlpha = isPale ? 0.6 : 1;
    context.stroke();
  }
  context.globalAlpha = 1;
}
