/** The record on top of a history, and the rungs below. */

import { BOLD, FONT, fitted, rule } from '../../chart/axes.js';
import { shade, theme } from '../../chart/colours.js';
import { PEAK } from './history.js';
import { readPeak } from './peak.js';

const NAME = 17; // px above the record

/**
 * @typedef {import('./history.js').History} History
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function drawPeak(context, view) {
  const { left, right, top } = view.frame.box;
  const { ink, mute, line } = theme();
  const bottom = top + PEAK;
  const peak = readPeak(view);
  context.font = BOLD;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const name = fitted(context, view.workbench.targetColumn.title, right - 2);
  context.fillText(name, 2, top - NAME);
  context.font = FONT;
  context.fillStyle = mute;
  context.fillText(peak.words, 2, top + 12);
  rule(context, line, left, bottom + 0.5, right, bottom + 0.5);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(peak.high, left - 6, top + 4);
  context.fillText(peak.low, left - 6, bottom - 4);
  context.globalAlpha = 0.6;
  for (const { places, heights, grades, end } of peak.stretches) {
    let from = view.xOf(places[0] - 0.5);
    places.forEach((place, k) => {
      const isLast = k + 1 === places.length;
      if (!isLast && heights[k + 1] === heights[k] && grades[k + 1] === grades[k]) return;
      const to = view.xOf((isLast ? Math.max(place, end) + 1 : places[k + 1]) - 0.5);
      const height = Math.max(heights[k] * (PEAK - 6), 1.5);
      context.fillStyle = shade(grades[k]);
      context.fillRect(from, bottom - height, to - from, height);
      from = to;
    });
  }
  context.globalAlpha = 1;
}

/**
 * The index of each rung, below the places of its trials.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function nameRungs(context, view) {
  const { rung } = view.workbench.data;
  const { bottom } = view.frame.box;
  /** @type {Map<number, number>} */
  const names = new Map();
  view.places.forEach((place, row) => {
    for (let k = rung[row]; k >= 0 && !names.has(place - rung[row] + k); k--) {
      names.set(place - rung[row] + k, k);
    }
  });
  context.font = FONT;
  context.fillStyle = theme().mute;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const [place, name] of names) {
    if (!Number.isNaN(place)) context.fillText(String(name), view.xOf(place), bottom + 5);
  }
}
