/** Values over two parameters as cells of colour: better contrasts more. */

import { shade } from './colours.js';
import { paramAxis } from './scales.js';

/**
 * @typedef {[number, number]} Reach  least and largest value
 * @typedef {{ reach: Reach, isAlone: boolean, maximise: boolean }} Look
 *   isAlone: the pair without its parameters, around 0: orange where it is better, blue where worse
 */

const BETTER = [217, 130, 0];
const WORSE = [43, 111, 176];

/**
 * Ends of the cells from 0 to 1; even ones where the middles do not ascend.
 *
 * @param {import('../state/data.js').Param} param
 * @param {number[]} middles
 */
export function cellEdges(param, middles) {
  const units = middles.map(paramAxis(param).toUnit);
  const inner = units.slice(1).map((u, i) => (u + units[i]) / 2);
  const found = [0, ...inner, 1];
  const ascends = found.every((u, i) => i === 0 || u > found[i - 1]);
  return ascends ? found : found.map((_, i) => i / (found.length - 1));
}

/** Range of all values; symmetric around 0 for pairs alone. @param {number[][][]} surfaces @param {boolean} isAlone @returns {Reach} */
export function reachOf(surfaces, isAlone) {
  const all = surfaces.flat(2).filter(Number.isFinite);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (!isAlone) return [low, high];
  const most = Math.max(Math.abs(low), Math.abs(high), 1e-300);
  return [-most, most];
}

/** @param {number} value @param {Look} look */
export function colourOf(value, { reach: [low, high], isAlone, maximise }) {
  const t = high > low ? (value - low) / (high - low) : 0.5;
  const good = maximise ? t : 1 - t;
  if (!isAlone) return shade(good);
  const strength = Math.abs(2 * good - 1);
  const [r, g, b] = (good < 0.5 ? WORSE : BETTER).map((v) =>
    Math.round(127 + strength * (v - 127)),
  );
  return `rgba(${r},${g},${b},${(0.14 + 0.86 * strength).toFixed(3)})`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[][]} columns values, column by column from the left, each from the bottom
 * @param {{ xs: number[], ys: number[] }} edges in pixels
 * @param {Look} look
 */
export function drawCells(context, columns, { xs, ys }, look) {
  columns.forEach((column, i) => {
    column.forEach((value, j) => {
      context.fillStyle = colourOf(value, look);
      const [x, y] = [Math.floor(xs[i]), Math.floor(ys[j + 1])];
      context.fillRect(x, y, Math.ceil(xs[i + 1]) - x, Math.ceil(ys[j]) - y);
    });
  });
}
