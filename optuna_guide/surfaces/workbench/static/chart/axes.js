/** Axes of a frame: ticks, grid lines and names. */

import { theme } from './colours.js';
import { edition } from '../compute/names.js';
import { cut, oneLine } from '../shell/dom.js';

/**
 * @typedef {import('./scales.js').Axis} Axis
 * @typedef {import('./frame.js').Box} Box
 */

const FAMILY = 'Roboto, "Segoe UI", Helvetica, Arial, "DejaVu Sans", sans-serif';
export const FONT = `11px ${FAMILY}`;
export const BOLD = `600 ${FONT}`;
export const AXIS_NAME = `600 12px ${FAMILY}`; // as in style.css

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {{ name?: string, grid?: boolean, room?: number }} [look] Room for a label, in pixels.
 */
export function drawBottomAxis(context, box, axis, { name = '', grid = true, room = 56 } = {}) {
  const { mute, line } = theme();
  const width = box.right - box.left;
  context.font = FONT;
  context.textBaseline = 'top';
  let taken = -Infinity;
  for (const { unit, label } of axis.ticks(Math.max(2, Math.floor(width / room)))) {
    const x = Math.round(box.left + unit * width) + 0.5;
    if (grid) rule(context, line, x, box.top, x, box.bottom);
    else rule(context, line, x, box.bottom, x, box.bottom + 3);
    const words = fitted(context, label, Math.max(room + 14, 40));
    const half = context.measureText(words).width / 2;
    const centre = Math.min(Math.max(x, box.left - 12 + half), box.right + 12 - half);
    if (centre - half < taken + 5) continue;
    taken = centre + half;
    context.fillStyle = mute;
    context.textAlign = 'center';
    context.fillText(words, centre, box.bottom + 5);
  }
  if (name) {
    context.fillStyle = mute;
    context.textAlign = 'center';
    context.fillText(fitted(context, name, width), (box.left + box.right) / 2, box.bottom + 20);
  }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Box} box
 * @param {Axis} axis
 * @param {{ name?: string, grid?: boolean, room?: number, start?: number }} [look] The name stands
 *   above the axis; labels begin at `start`.
 */
export function drawLeftAxis(
  context,
  box,
  axis,
  { name = '', grid = true, room = 34, start = 0 } = {},
) {
  const { mute, line } = theme();
  const height = box.bottom - box.top;
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { unit, label } of axis.ticks(Math.max(2, Math.floor(height / room)))) {
    const y = Math.round(box.bottom - unit * height) + 0.5;
    if (grid) rule(context, line, box.left, y, box.right, y);
    context.fillStyle = mute;
    context.fillText(fitted(context, label, box.left - start - 8), box.left - 6, y);
  }
  if (name) {
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillText(fitted(context, name, box.right - 4), 2, box.top - 6);
  }
}

/**
 * A line of one pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {string} colour
 * @param {number} x0
 * @param {number} y0
 * @param {number} x1
 * @param {number} y1
 */
export function rule(context, colour, x0, y0, x1, y1) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Texts that were fitted before: measuring takes longer than drawing. @type {Map<string, string>} */
const FITTED = new Map();
const MAX_FITTED = 5000;

/**
 * As much of a text as fits into a width.
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} width
 * @returns {string}
 */
export function fitted(context, text, width) {
  const key = `${edition()} ${context.font} ${Math.floor(width)} ${text}`;
  let found = FITTED.get(key);
  if (found === undefined) {
    if (FITTED.size > MAX_FITTED) FITTED.clear();
    found = cutToFit(context, oneLine(text), width);
    FITTED.set(key, found);
  }
  return found;
}

const measuring = /** @type {CanvasRenderingContext2D} */ (
  document.createElement('canvas').getContext('2d')
);

/**
 * The same for what is not drawn on a canvas.
 * @param {string} font
 * @param {string} text
 * @param {number} width
 */
export function fittedIn(font, text, width) {
  measuring.font = font;
  return fitted(measuring, text, width);
}

/**
 * @param {string} font
 * @param {string} text
 * @returns {number} px
 */
export function widthIn(font, text) {
  measuring.font = font;
  return measuring.measureText(text).width;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} line
 * @param {number} width
 */
function cutToFit(context, line, width) {
  if (context.measureText(line).width <= width) return line;
  let [fits, over] = [1, [...line].length];
  while (over - fits > 1) {
    const middle = (fits + over) >> 1;
    if (context.measureText(cut(line, middle)).width <= width) fits = middle;
    else over = middle;
  }
  return cut(line, fits);
}
