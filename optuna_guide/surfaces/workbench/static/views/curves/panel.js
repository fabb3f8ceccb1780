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
 * @typedef {{ name: string, lines: Line[], x: Axis, y: Axis, box: Box }} Panel
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
 * @param {[number, number] | null} zoom Steps that are seen.
 * @returns {Panel}
 */
export function layOut(name, lines, box, zoom) {
  const [first, last] = zoom ?? ends(lines.map(({ steps }) => steps));
  const isSeen = (/** @type {number} */ step) => step >= first && step <= last;
  const seen = lines.map(({ steps, values }) => values.filter((_, i) => isSeen(steps[i])));
  const [low, high] = ends(seen);
  const room = 0.04 * (high - low) || 0.5;
  const x = numberAxis(first, last > first ? last : first + 1);
  return { name, lines, x, y: numberAxis(low - room, high + room), box };
}

/**
 * Pixels of a value.
 * @param {Panel} panel
 * @param {number} step
 * @param {number} value
 * @returns {[number, number]}
 */
export function placeOf({ box, x, y }, step, value) {
  return [
    box.left + x.toUnit(step) * (box.right - box.left),
    box.bottom - y.toUnit(value) * (box.bottom - box.top),
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
  const [first, last] = [panel.x.fromUnit(0), panel.x.fromUnit(1)];
  if (step < first || step > last) return;
  const [x, y] = placeOf(panel, step, values[values.length - 1]);
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
