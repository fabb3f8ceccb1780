/** What was reported step by step, as in `optuna_guide/exploration/curves.py`. */

export const STILL_IMPROVING = 0.05; // of all that it gained, in the last quarter of its steps

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
 * Share of a curve's whole gain that its last quarter made; values are means of three. NaN where
 * it has fewer than 4 points or gains nothing.
 * @param {ArrayLike<number>} values
 * @param {boolean} maximise
 * @returns {number}
 */
export function lateGain(values, maximise) {
  const n = values.length;
  if (n < 4) return NaN;
  const mean = (/** @type {number} */ at) =>
    [0, 1, 2].reduce((sum, k) => sum + values[Math.max(at - k, 0)] / 3, 0);
  const [start, quarter, end] = [0, 0.75, 1].map((share) => mean(Math.trunc(share * (n - 1))));
  const sign = maximise ? 1 : -1;
  const whole = sign * (end - start);
  return whole > 0 ? (sign * (end - quarter)) / whole : NaN;
}

/**
 * Which way most of the curves go: whether up.
 * @param {ArrayLike<number>[]} curves
 * @returns {boolean}
 */
export function mostlyRise(curves) {
  const ways = curves.filter((c) => c.length > 3).map((c) => Math.sign(c[c.length - 1] - c[0]));
  return ways.reduce((sum, way) => sum + way, 0) >= 0;
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
