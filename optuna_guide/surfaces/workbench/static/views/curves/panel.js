/** The curves of one metric: where they are drawn, and how. */

import { BOLD, drawBottomAxis, drawLeftAxis, fitted } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { smooth, thinOut } from '../../compute/series.js';
import { numberAxis } from '../../chart/scales.js';
import { COMPLETE, PRUNED, STILL_IMPROVING } from '../../rules.js';

/**
 * @typedef {import('../../chart/frame.js').Box} Box
 * @typedef {import('../../chart/scales.js').Axis} Axis
 * @typedef {import('../../wire.js').CurveAnswer} Curve
 * @typedef {{ row: number, steps: number[], values: Float64Array, gain: number }} Line Steps that
 *   are drawn; `gain`: share of the whole gain that the last quarter made
 * @typedef {{ steps: [number, number], name: string, values: [number, number] | null }} Zoom
 *   What is seen: steps of all metrics, and values of one; null = those of the seen steps
 * @typedef {{ name: string, lines: Line[], x: Axis, y: Axis, box: Box, seen: Zoom }} Panel
 */

const MAX_POINTS = 120;

/**
 * @param {Curve} curve
 * @param {number} row
 * @param {number} window Of the moving average.
 * @returns {Line}
 */
export function readLine({ steps, values, gain }, row, window) {
  const kept = thinOut(steps.length, MAX_POINTS);
  const averaged = smooth(values, window);
  const shown = Float64Array.from(kept, (at) => averaged[at]);
  return { row, steps: kept.map((at) => steps[at]), values: shown, gain: gain ?? NaN };
}

/**
 * @param {string} name
 * @param {Line[]} lines
 * @param {Box} box
 * @param {Zoom | null} zoom
 * @returns {Panel}
 */
export function layOut(name, lines, box, zoom) {
  const [first, end] = zoom?.steps ?? ends(lines.map(({ steps }) => steps));
  const last = end > first ? end : first + 1;
  const isSeen = (/** @type {number} */ step) => step >= first && step <= last;
  const seen = lines.map(({ steps, values }) => values.filter((_, i) => isSeen(steps[i])));
  const values = (zoom?.name === name && zoom.values) || withRoom(ends(seen));
  return {
    name,
    lines,
    x: numberAxis(first, last, false, true),
    y: numberAxis(...values),
    box,
    seen: { steps: [first, last], name, values },
  };
}

/** @param {[number, number]} ends @returns {[number, number]} */
function withRoom([low, high]) {
  const room = 0.04 * (high - low) || 0.5;
  return [low - room, high + room];
}

/**
 * Pixels of a value; beyond the box where it is not seen.
 * @param {Panel} panel
 * @param {number} step
 * @param {number} value
 * @returns {[number, number]}
 */
export function placeOf({ box, seen }, step, value) {
  const [low, high] = /** @type {[number, number]} */ (seen.values);
  const [first, last] = seen.steps;
  return [
    box.left + ((step - first) / (last - first)) * (box.right - box.left),
    box.bottom - ((value - low) / (high - low)) * (box.bottom - box.top),
  ];
}

/**
 * Name and axes.
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 */
export function drawBehind(context, { name, x, y, box }) {
  context.font = BOLD;
  context.fillStyle = theme().ink;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillText(fitted(context, name, box.right - box.left), box.left, box.top - 5);
  drawBottomAxis(context, box, x, { grid: false, name: 'step', room: 70 });
  drawLeftAxis(context, box, y, { start: box.left - 52 });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {Line} line
 * @param {{ colour: string, width: number, opacity: number }} look
 */
export function drawLine(context, panel, line, { colour, width, opacity }) {
  const { left, top, right, bottom } = panel.box;
  context.save();
  context.beginPath();
  context.rect(left, top - 4, right - left + 4, bottom - top + 8);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.globalAlpha = opacity;
  context.beginPath();
  line.steps.forEach((step, i) => context.lineTo(...placeOf(panel, step, line.values[i])));
  context.stroke();
  context.restore();
}

/**
 * A mark where a curve ends: pruned, or still improving.
 * @param {CanvasRenderingContext2D} context
 * @param {Panel} panel
 * @param {Line} line
 * @param {number} state Of the trial.
 */
export function drawEnd(context, panel, { steps, values, gain }, state) {
  const { mute, range } = theme();
  const step = steps[steps.length - 1];
  const [x, y] = placeOf(panel, step, values[values.length - 1]);
  if (!isInside(panel.box, { x, y })) return;
  context.beginPath();
  if (state === PRUNED) {
    context.arc(x, y, 3, 0, 7);
    context.strokeStyle = mute;
    context.lineWidth = 1.2;
    context.stroke();
  } else if (state === COMPLETE && gain > STILL_IMPROVING) {
    context.moveTo(x, y - 4.5);
    context.lineTo(x + 4, y + 3);
    context.lineTo(x - 4, y + 3);
    context.fillStyle = range;
    context.fill();
  }
}

/** @param {Box} box @param {{ x: number, y: number }} at @param {number} [reach] */
export function isInside({ left, right, top, bottom }, { x, y }, reach = 1) {
  return x >= left - reach && x <= right + reach && y >= top - reach && y <= bottom + reach;
}

/** @param {ArrayLike<number>[]} lists @returns {[number, number]} */
function ends(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  return high >= low ? [low, high] : [0, 1];
}
