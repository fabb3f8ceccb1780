/** One main term of the EBM: what a value adds to the mean target, and where trials went. */

import { BOLD, FONT, fitted, rule } from '../../chart/axes.js';
import { bands } from '../../compute/bands.js';
import { theme } from '../../chart/colours.js';
import { number } from '../../chart/scales.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {import('../../wire.js').ParamGuidance & { shape: import('../../wire.js').Shape }} About
 * @typedef {import('../../wire.js').TermAnswer} Beside
 * @typedef {{ param: Param, about: About, beside: Beside, box: Box, axis: import('../../chart/scales.js').Axis,
 *   reach: [number, number] }} Term
 */

export const FOOT = 26; // pixels below the curve, for the trials

/**
 * Range of all curves and errors; it holds 0, the mean.
 * @param {{ about: About, beside: Beside }[]} terms
 * @returns {[number, number]}
 */
export function reachOf(terms) {
  let [low, high] = [0, 0];
  for (const { about, beside } of terms) {
    const { shape } = about;
    shape.score.forEach((v, i) => {
      low = Math.min(low, v - shape.error[i]);
      high = Math.max(high, v + shape.error[i]);
    });
    for (const v of beside.forest) [low, high] = [Math.min(low, v), Math.max(high, v)];
  }
  const room = 0.08 * (high - low) || 1e-12;
  return [low - room, high + room];
}

/** @param {Term} term @param {number} value */
export function xOf({ axis, box }, value) {
  return box.left + axis.toUnit(value) * (box.right - box.left);
}

/** @param {Term} term @param {number} score */
export function yOf({ box, reach }, score) {
  const height = box.bottom - FOOT - box.top;
  return box.bottom - FOOT - ((score - reach[0]) / (reach[1] - reach[0])) * height;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Term} term
 */
export function drawTerm(context, term) {
  const { param, about, box } = term;
  const { ink, mute, line, bad } = theme();
  const { shape } = about;
  const floor = box.bottom - FOOT;
  if (shape.avoid) {
    context.fillStyle = bad;
    context.globalAlpha = 0.13;
    for (const [low, high] of bands(param, shape.avoid)) {
      const width = box.right - box.left;
      context.fillRect(box.left + low * width, box.top, (high - low) * width, floor - box.top);
    }
    context.globalAlpha = 1;
  }
  rule(context, line, box.left, floor + 0.5, box.right, floor + 0.5);
  rule(
    context,
    mute,
    box.left,
    Math.round(yOf(term, 0)) + 0.5,
    box.right,
    Math.round(yOf(term, 0)) + 0.5,
  );
  drawForest(context, term);
  drawScore(context, term);
  context.font = BOLD;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  const width = box.right - box.left;
  const name = fitted(context, param.name, width * 0.6);
  context.fillText(name, box.left, box.top - 5);
  const used = context.measureText(name).width + 8;
  context.font = FONT;
  context.fillStyle = mute;
  if (term.beside.note)
    context.fillText(fitted(context, term.beside.note, width - used), box.left + used, box.top - 5);
  context.textBaseline = 'top';
  context.textAlign = 'center';
  let free = -Infinity;
  for (const { unit, label } of term.axis.ticks(Math.max(2, Math.floor(width / 52)))) {
    const words = fitted(context, label, 60);
    const half = context.measureText(words).width / 2;
    const x = Math.min(
      Math.max(box.left + unit * width, box.left + half - 10),
      box.right - half + 6,
    );
    if (x - half < free) continue;
    context.fillText(words, x, box.bottom + 4);
    free = x + half + 5;
  }
}

/** @param {number} value */
export function signed(value) {
  return `${value >= 0 ? '+' : ''}${number(value, 2)}`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Term} term
 */
function drawScore(context, term) {
  const { accent } = theme();
  const { edges, score, error } = term.about.shape;
  context.fillStyle = context.strokeStyle = accent;
  if (term.param.kind === 'categorical') {
    score.forEach((v, k) => {
      const x = xOf(term, k);
      context.globalAlpha = 0.3;
      const [high, low] = [yOf(term, v + error[k]), yOf(term, v - error[k])];
      context.fillRect(x - 3, high, 6, low - high);
      context.globalAlpha = 1;
      context.beginPath();
      context.arc(x, yOf(term, v), 3.6, 0, 7);
      context.fill();
    });
    return;
  }
  context.globalAlpha = 0.2;
  score.forEach((v, k) => {
    const [left, right] = [xOf(term, edges[k]), xOf(term, edges[k + 1])];
    const [high, low] = [yOf(term, v + error[k]), yOf(term, v - error[k])];
    context.fillRect(left, high, right - left, low - high);
  });
  context.globalAlpha = 1;
  context.lineWidth = 2;
  context.beginPath();
  score.forEach((v, k) => {
    context.lineTo(xOf(term, edges[k]), yOf(term, v));
    context.lineTo(xOf(term, edges[k + 1]), yOf(term, v));
  });
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Term} term
 */
function drawForest(context, term) {
  const { pair } = theme();
  const { effect } = term.about;
  const heights = term.beside.forest;
  context.fillStyle = context.strokeStyle = pair;
  context.lineWidth = 1.2;
  if (term.param.kind === 'categorical') {
    effect.x.forEach((x, i) => {
      context.beginPath();
      context.arc(xOf(term, x) + 7, yOf(term, heights[i]), 2.4, 0, 7);
      context.stroke();
    });
    return;
  }
  context.setLineDash([4, 3]);
  context.beginPath();
  effect.x.forEach((x, i) => context.lineTo(xOf(term, x), yOf(term, heights[i])));
  context.stroke();
  context.setLineDash([]);
}

/**
 * Where trials went: a histogram below the curve.
 * @param {CanvasRenderingContext2D} context
 * @param {Term} term
 * @param {ArrayLike<number>} flags
 * @param {string} colour
 * @param {number} most Of trials in a bin; 0 = as many as there are.
 * @returns {number} Most trials in a bin.
 */
export function drawTrials(context, term, flags, colour, most) {
  const { param, box, axis } = term;
  const n = axis.levels !== null ? Math.min(axis.levels, 40) : 40;
  const counts = new Float64Array(n);
  for (let row = 0; row < param.values.length; row++) {
    const unit = flags[row] ? axis.toUnit(param.values[row]) : NaN;
    if (unit === unit) counts[Math.min(Math.floor(unit * n), n - 1)] += 1;
  }
  const peak = most || counts.reduce((a, b) => Math.max(a, b), 1);
  const width = (box.right - box.left) / n;
  context.fillStyle = colour;
  counts.forEach((count, k) => {
    const height = ((FOOT - 5) * count) / peak;
    context.fillRect(
      box.left + k * width + 0.5,
      box.bottom - height,
      Math.max(width - 1, 1),
      height,
    );
  });
  return peak;
}
