/** What was reported step by step, as in `optuna_guide/exploration/curves.py`. */

import { quantile } from './statistics.js';

/**
 * Moving average over the last `window` values, fewer at the start.
 * @param {ArrayLike<number>} values
 * @param {number} window
 * @returns {Float64Array}
 */
export function smooth(values, window) {
  const found = new Float64Array(values.length);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    sum += values[i] - (i >= window ? values[i - window] : 0);
    found[i] = sum / Math.min(i + 1, window);
  }
  return found;
}

/**
 * Share of each curve's whole gain that its last quarter made; values are means of three. NaN where
 * a curve has fewer than 4 points or gains nothing.
 * @param {ArrayLike<number>[]} curves
 * @param {boolean | null} maximise Whether higher is better; null = the way that most curves go.
 * @returns {number[]}
 */
export function lateGains(curves, maximise) {
  const ends = curves.map((values) => {
    const n = values.length;
    if (n < 4) return null;
    const mean = (/** @type {number} */ at) =>
      [0, 1, 2].reduce((sum, k) => sum + values[Math.max(at - k, 0)] / 3, 0);
    return [0, 0.75, 1].map((share) => mean(Math.trunc(share * (n - 1))));
  });
  const ways = Float64Array.from(ends.flatMap((e) => (e ? [e[2] - e[0]] : []))).sort();
  const rises = maximise ?? (ways.length ? quantile(ways, 0.5) > 0 : true);
  const sign = rises ? 1 : -1;
  return ends.map((e) => {
    const whole = e ? sign * (e[2] - e[0]) : NaN;
    return e && whole > 0 ? (sign * (e[2] - e[1])) / whole : NaN;
  });
}

/**
 * Places of at most so many of `n` points, evenly spaced, the first and the last kept.
 * @param {number} n
 * @param {number} atMost
 * @returns {number[]}
 */
export function thinOut(n, atMost) {
  const size = Math.min(n, atMost);
  if (size < 2) return n ? [0] : [];
  return Array.from({ length: size }, (_, k) => Math.round((k * (n - 1)) / (size - 1)));
}
