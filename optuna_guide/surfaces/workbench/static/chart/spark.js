/** A learning curve as large as a word. */

import { svg } from '../shell/dom.js';
import { number } from './scales.js';

/**
 * @typedef {import('../wire.js').SparkAnswer} Spark
 * @typedef {[number, number]} Ends
 */

const [WIDTH, HEIGHT] = [62, 16];

/**
 * Reported values as a line; nothing where there are fewer than two.
 *
 * @param {Spark} curve
 * @param {{ steps?: Ends | null, values?: Ends | null, colour?: string | null, words?: string }} [scale] what is
 *   drawn from end to end, so that curves can be compared; by default the curve itself
 */
export function drawSpark({ steps, values }, { steps: wide, values: tall, colour, words } = {}) {
  /** @type {[number, number][]} */
  const points = [];
  steps.forEach((step, i) => {
    const value = values[i];
    if (value !== null) points.push([step, value]);
  });
  if (points.length < 2) return null;
  const [first, last] = wide ?? endsOf(points.map(([step]) => step));
  const [low, high] = tall ?? endsOf(points.map(([, value]) => value));
  const share = (/** @type {number} */ v, /** @type {number} */ a, /** @type {number} */ b) =>
    Math.min(Math.max((v - a) / (b - a || 1), 0), 1);
  const line = points.map(([step, value]) => {
    const x = 1 + share(step, first, last) * (WIDTH - 2);
    return `${x.toFixed(1)},${(HEIGHT - 2 - share(value, low, high) * (HEIGHT - 4)).toFixed(1)}`;
  });
  const [end, value] = points[points.length - 1];
  const told = words ?? `Reported up to step ${end}: ${number(value)}`;
  return svg(
    'svg',
    { class: 'spark', width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': told },
    svg('title', { text: told }),
    svg('polyline', { points: line.join(' '), style: colour ? `stroke: ${colour}` : null }),
  );
}

/** @param {number[]} values @returns {Ends} */
function endsOf(values) {
  return [Math.min(...values), Math.max(...values)];
}
