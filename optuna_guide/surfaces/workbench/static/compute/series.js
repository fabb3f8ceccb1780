/** What was reported step by step, as in `optuna_guide/study/curves.py`. */

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
 * Places of at most so many of `n` points, evenly spaced, the first and the last kept.
 * @param {number} n
 * @param {number} atMost
 * @returns {number[]}
 */
export function thinOut(n, atMost) {
  const size = Math.min(n, atMost);
  if (size < 2) return n ? [0] : [];
  const step = (n - 1) / (size - 1);
  return Array.from({ length: size }, (_, k) => roundHalfToEven(k * step));
}

/** As numpy rounds. @param {number} value */
function roundHalfToEven(value) {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 ? up - 1 : up;
}
