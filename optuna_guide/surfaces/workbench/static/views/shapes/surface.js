/** One pair of terms of the EBM as a heat map. */

import { BOLD, FONT, fitted } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { paramAxis } from '../../chart/scales.js';
import { cellEdges, drawCells } from '../../chart/surface.js';
import { sumOf } from '../../compute/shapes.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../wire.js').Surface} Surface
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {import('../../chart/surface.js').Look} Look
 * @typedef {'pair' | 'mains' | 'total'} Part
 * @typedef {{ first: Param, second: Param, surface: Surface, box: Box, xs: number[], ys: number[] }} Tile
 */

/**
 * @param {Param} first
 * @param {Param} second
 * @param {Surface} surface
 * @param {Box} box
 * @returns {Tile}
 */
export function layOut(first, second, surface, box) {
  const xs = cellEdges(first, surface.x).map((u) => box.left + u * (box.right - box.left));
  const ys = cellEdges(second, surface.y).map((u) => box.bottom - u * (box.bottom - box.top));
  return { first, second, surface, box, xs, ys };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Tile} tile
 * @param {Part} part
 * @param {Look} look
 */
export function drawTile(context, tile, part, look) {
  const { first, second, surface, box } = tile;
  drawCells(context, sumOf(surface, part), tile, look);
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
