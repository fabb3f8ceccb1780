/** The bars of the histogram, its axes, and the marks of single trials. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { theme, tint } from '../../chart/colours.js';
import { numberAxis } from '../../chart/scales.js';
import { N_BINS, sums } from './bins.js';

/**
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {{ box: Box, x: Axis, top: number }} Plot  top: trials at the upper end
 */

/**
 * @param {import('./bins.js').Bins} bins
 * @param {Box} box
 * @returns {Plot}
 */
export function plotOf({ edges, counts }, box) {
  const x = numberAxis(edges[0], edges[N_BINS]);
  return { box, x, top: Math.max(...sums(counts), 1) * 1.06 };
}

/** Pixels of a value. @param {Plot} plot @param {number} value */
export function acrossOf({ box, x }, value) {
  return box.left + x.toUnit(value) * (box.right - box.left);
}

/**
 * Axes, and pale bars of all trials.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {import('./bins.js').Bins} bins
 * @param {string} name of what is counted
 */
export function drawAll(context, plot, { counts }, name) {
  const { box, x, top } = plot;
  drawBottomAxis(context, box, x, { name, grid: false, room: 64 });
  drawLeftAxis(context, box, numberAxis(0, top, false, true), { room: 32 });
  context.fillStyle = theme().faint;
  context.globalAlpha = 0.32;
  sums(counts).forEach((n, k) => bar(context, plot, k, 0, n));
  context.globalAlpha = 1;
}

/**
 * Strong bars of the selected trials, stacked by their groups.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {Float64Array} chosen group by group
 * @param {boolean} isGrouped
 */
export function drawChosen(context, plot, chosen, isGrouped) {
  const { accent } = theme();
  for (let k = 0; k < N_BINS; k++) {
    let low = 0;
    for (let g = 0; g * N_BINS < chosen.length; g++) {
      const n = chosen[g * N_BINS + k];
      context.fillStyle = isGrouped ? tint(g) : accent;
      if (n) bar(context, plot, k, low, low + n);
      low += n;
    }
  }
}

/** @param {CanvasRenderingContext2D} context @param {Plot} plot @param {number} k @param {number} low @param {number} high */
function bar(context, { box: { left, right, top, bottom }, top: most }, k, low, high) {
  const width = (right - left) / N_BINS;
  const scale = (bottom - top) / most;
  const x = Math.round(left + k * width);
  const next = Math.round(left + (k + 1) * width);
  context.fillRect(x + 0.5, bottom - high * scale, next - x - 1, (high - low) * scale);
}

/**
 * A line at a value, with a tip below the axis.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {Plot} plot
 * @param {number} value
 * @param {{ colour: string, width: number }} look
 */
export function drawMark(context, plot, value, { colour, width }) {
  const { left, right, top, bottom } = plot.box;
  const x = acrossOf(plot, value);
  if (!(x >= left - 1 && x <= right + 1)) return;
  context.fillStyle = colour;
  context.fillRect(x - width / 2, top, width, bottom - top);
  context.beginPath();
  context.moveTo(x - 5, bottom + 7);
  context.lineTo(x + 5, bottom + 7);
  context.lineTo(x, bottom);
  context.fill();
}
