/** One pair of terms of the EBM as a heat map, with the selected trials on it. */

import { BOLD, FONT, fitted } from '../../chart/axes.js';
import { sumOf } from '../../compute/shapes.js';
import { shade, theme } from '../../chart/colours.js';
import { paramAxis } from '../../chart/scales.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {'pair' | 'mains' | 'total'} Part
 * @typedef {{ first: Param, second: Param, surface: import('../../compute/shapes.js').Surface,
 *   box: Box, xs: number[], ys: number[] }} Tile
 */

const MORE = [217, 130, 0];
const LESS = [43, 111, 176];

/**
 * @param {Param} first
 * @param {Param} second
 * @param {import('../../compute/shapes.js').Surface} surface
 * @param {Box} box
 * @returns {Tile}
 */
export function layOut(first, second, surface, box) {
  const xs = edges(first, surface.x).map((u) => box.left + u * (box.right - box.left));
  const ys = edges(second, surface.y).map((u) => box.bottom - u * (box.bottom - box.top));
  return { first, second, surface, box, xs, ys };
}

/** @param {Param} param @param {number[]} middles */
function edges(param, middles) {
  const units = middles.map(paramAxis(param).toUnit);
  const inner = units.slice(1).map((u, i) => (u + units[i]) / 2);
  const found = [0, ...inner, 1];
  const ascends = found.every((u, i) => i === 0 || u > found[i - 1]);
  return ascends ? found : found.map((_, i) => i / (found.length - 1));
}

/**
 * Range of the values of all tiles; symmetric for the pair alone.
 * @param {Tile[]} tiles
 * @param {Part} part
 * @returns {[number, number]}
 */
export function reachOf(tiles, part) {
  const all = tiles.flatMap(({ surface }) => sumOf(surface, part).flat());
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (part !== 'pair') return [low, high];
  const most = Math.max(Math.abs(low), Math.abs(high), 1e-300);
  return [-most, most];
}

/**
 * Colour of a value; better contrasts more, or is orange for the pair alone.
 * @param {number} value
 * @param {[number, number]} reach
 * @param {Part} part
 * @param {boolean} maximise
 */
export function colourOf(value, [low, high], part, maximise) {
  const t = high > low ? (value - low) / (high - low) : 0.5;
  const good = maximise ? t : 1 - t;
  if (part !== 'pair') return shade(good);
  const strength = Math.abs(2 * good - 1);
  const [r, g, b] = (good < 0.5 ? LESS : MORE).map((v) => Math.round(127 + strength * (v - 127)));
  return `rgba(${r},${g},${b},${(0.14 + 0.86 * strength).toFixed(3)})`;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Tile} tile
 * @param {Part} part
 * @param {[number, number]} reach
 * @param {boolean} maximise
 */
export function drawTile(context, { first, second, surface, box, xs, ys }, part, reach, maximise) {
  sumOf(surface, part).forEach((column, i) => {
    column.forEach((value, j) => {
      context.fillStyle = colourOf(value, reach, part, maximise);
      const [x, y] = [Math.floor(xs[i]), Math.floor(ys[j + 1])];
      context.fillRect(x, y, Math.ceil(xs[i + 1]) - x, Math.ceil(ys[j]) - y);
    });
  });
  const { ink, mute } = theme();
  const width = box.right - box.left;
  context.font = BOLD;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillText(fitted(context, `↑ ${second.name}`, width), box.left, box.top - 5);
  context.textBaseline = 'top';
  context.textAlign = 'center';
  context.fillText(
    fitted(context, `${first.name} →`, width),
    (box.left + box.right) / 2,
    box.bottom + 18,
  );
  context.font = FONT;
  context.fillStyle = mute;
  let free = -Infinity;
  for (const { unit, label } of paramAxis(first).ticks(Math.max(2, Math.floor(width / 52)))) {
    const words = fitted(context, label, 58);
    const half = context.measureText(words).width / 2;
    const x = box.left + unit * width;
    if (x - half < free) continue;
    context.fillText(words, x, box.bottom + 4);
    free = x + half + 5;
  }
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const { unit, label } of paramAxis(second).ticks(5)) {
    context.fillText(
      fitted(context, label, 46),
      box.left - 5,
      box.bottom - unit * (box.bottom - box.top),
    );
  }
}
