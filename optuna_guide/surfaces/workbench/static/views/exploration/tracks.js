/** How far each trial went: small dots where it was evaluated, on a dashed line to its last one. */

import { isDark, shade, theme } from '../../chart/colours.js';
import { paintOrder } from '../../chart/dots.js';
import { drawStamps, pack } from '../../chart/stamps.js';
import { column } from '../../state/trials.js';

/**
 * @typedef {import('./history.js').History} History
 * @typedef {{ rows: Map<number, Int32Array>, record: { steps: ArrayLike<number>,
 *   best: ArrayLike<number> } }} Tracks  steps of each row; the best that was reported at each step
 */

const LEVELS = 24; // of strength
const FEW = 40; // tracks that can be told apart
const FAINTEST = 0.12;
const DOT = 1; // half of its side, pixels

/**
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @returns {Promise<Tracks>}
 */
export async function fetchTracks({ api, data }) {
  const answer = await api.get('tracks');
  const [numbers, starts, steps] = [answer.number, answer.starts, answer.steps].map(column);
  /** @type {Tracks['rows']} */
  const rows = new Map();
  numbers.forEach((number, i) => {
    const row = data.rowOf(number);
    if (row >= 0) rows.set(row, Int32Array.from(steps.subarray(starts[i], starts[i + 1])));
  });
  const record = { steps: column(answer.steps_known), best: column(answer.best) };
  return { rows, record };
}

/** Whether trials have a track in this order. @param {History} view */
export function haveTracks({ order, tracks }) {
  return order === 'rung' || (order === 'step' && tracks !== null);
}

/**
 * The tracks of the flagged trials, the better the stronger, the best ones last.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {{ has: (row: number) => boolean }} flagged
 */
export function drawTracks(context, view, flagged) {
  if (!haveTracks(view)) return;
  const { goodness, rows, workbench } = view;
  const order = [...paintOrder(workbench)].filter((row) => flagged.has(row));
  const colours = strengths(context, order.length);
  const stops = new Map(order.map((row) => [row, stopsOf(view, row)]));
  drawStamps(context, DOT, (stamp, dash) => {
    for (const row of order) {
      const places = stops.get(row) ?? [];
      if (places.length < 2) continue;
      const colour = colours[Math.round((goodness[row] || 0) * (LEVELS - 1))];
      for (const line of rows) {
        const y = view.yOf(line, line.y[row]);
        if (Number.isNaN(y)) continue;
        const aside = line.x[row] - view.x[row];
        dash(places[0] + aside + (row % 5), line.x[row], y, colour);
        for (const x of places) stamp(x + aside, y, colour);
      }
    }
  });
}

/**
 * Where a trial was evaluated, in pixels.
 * @param {History} view
 * @param {number} row
 * @returns {number[]}
 */
function stopsOf(view, row) {
  if (view.order === 'step')
    return Array.from(view.tracks?.rows.get(row) ?? [], (v) => view.xOf(v));
  const last = view.workbench.data.rung[row];
  return Array.from({ length: last + 1 }, (_, k) => view.xOf(view.places[row] - last + k));
}

/**
 * Colours from faint to strong, as pixels: the more tracks, the fewer of them are strong.
 * @param {CanvasRenderingContext2D} context
 * @param {number} n
 */
function strengths(context, n) {
  const power = Math.max(2, (Math.LN2 * n) / FEW); // so many of them are half as strong as the best
  const card = pack(context, theme().card);
  return Array.from({ length: LEVELS }, (_, k) => {
    const good = k / (LEVELS - 1);
    const colour = pack(context, shade(good));
    return mix(card, colour, FAINTEST + (isDark() ? 0.7 : 0.6) * good ** power);
  });
}

/** @param {number} a @param {number} b @param {number} share of the second @returns {number} */
function mix(a, b, share) {
  const part = (/** @type {number} */ shift) => {
    const [x, y] = [(a >>> shift) & 255, (b >>> shift) & 255];
    return Math.round(x + share * (y - x)) << shift;
  };
  return ((255 << 24) | part(16) | part(8) | part(0)) >>> 0;
}
