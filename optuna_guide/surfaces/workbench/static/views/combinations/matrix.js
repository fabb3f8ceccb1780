/** The matrix as a drawing: names, cells, the scale, and the cell that is pointed at. */

import { FONT, fitted, rule } from '../../chart/axes.js';
import { LEFT, drawRowNames } from '../../chart/option_rows.js';
import { theme } from '../../chart/colours.js';
import { number } from '../../chart/scales.js';
import { countColour, liftColour } from './colours.js';
import { CHANCE } from '../../rules.js';

/**
 * @typedef {import('./counts.js').Counts} Counts
 * @typedef {'lift' | 'count'} Shown
 * @typedef {{ left: number, top: number, size: number }} Place of the cells, pixels
 */

export const BELOW = 116; // room for the names of the columns
const SCALE = 110; // pixels

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Counts} counts
 * @param {Place} place
 */
export function drawNames(context, { shown, starts, n }, { left, top, size }) {
  const { mute, line } = theme();
  drawRowNames(context, shown, { top, height: size, left, right: left + n * size });
  for (const start of starts) {
    const x = Math.round(left + start * size) + 0.5;
    rule(context, line, x, top, x, top + n * size + BELOW - 8);
  }
  context.save();
  context.translate(left, top + n * size + 6);
  context.rotate(-Math.PI / 2);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.font = FONT;
  context.fillStyle = mute;
  shown
    .flatMap(({ labels }) => labels)
    .forEach((word, k) =>
      context.fillText(fitted(context, word, BELOW - 14), 0, (k + 0.5) * size),
    );
  context.restore();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Counts} counts
 * @param {Place} place
 * @param {Shown} show
 */
export function drawCells(
  context,
  { n, both, chosen, ratio, q, most },
  { left, top, size },
  show,
) {
  const { ink } = theme();
  const gap = size > 8 ? 1 : 0;
  const dot = Math.max(size / 12, 1);
  for (let at = 0; at < n * n; at++) {
    const isKnown = show === 'lift' ? ratio[at] === ratio[at] : both[at] > 0;
    if (!isKnown) continue;
    const x = left + (at % n) * size + gap;
    const y = top + Math.floor(at / n) * size + gap;
    const inner = size - gap;
    context.fillStyle = show === 'lift' ? liftColour(ratio[at]) : countColour(chosen[at] / most);
    context.fillRect(x, y, inner, inner);
    if (show === 'lift' && q[at] < CHANCE) {
      context.fillStyle = ink;
      context.fillRect(x + inner / 2 - dot, y + inner / 2 - dot, 2 * dot, 2 * dot);
    }
  }
  drawScale(context, left + n * size + 12, top, show, most);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} top
 * @param {Shown} show
 * @param {number} most
 */
function drawScale(context, x, top, show, most) {
  const isLift = show === 'lift';
  for (let i = 0; i < SCALE; i += 2) {
    const share = 1 - i / SCALE;
    context.fillStyle = isLift ? liftColour(4 ** (2 * share - 1)) : countColour(share);
    context.fillRect(x, top + 16 + i, 9, 2);
  }
  context.font = FONT;
  context.fillStyle = theme().mute;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(isLift ? 'lift' : 'trials', x, top + 5);
  const ends = isLift
    ? ['4×', '2×', '1×', '½×', '¼×']
    : [number(most), '', number(most / 2), '', '0'];
  ends.forEach((word, k) => context.fillText(word, x + 13, top + 16 + (SCALE * k) / 4));
}

/**
 * A frame around a cell, and bands that lead to its names.
 * @param {CanvasRenderingContext2D} context
 * @param {[number, number]} cell Row and column.
 * @param {number} n
 * @param {Place} place
 */
export function drawPointed(context, [i, j], n, { left, top, size }) {
  const { ink, accent } = theme();
  const [x, y] = [left + j * size, top + i * size];
  context.fillStyle = accent;
  context.globalAlpha = 0.16;
  context.fillRect(left - LEFT, y, LEFT, size);
  context.fillRect(x, top + n * size, size, BELOW);
  context.globalAlpha = 1;
  context.strokeStyle = ink;
  context.lineWidth = 2;
  context.strokeRect(x + 0.5, y + 0.5, size, size);
}
