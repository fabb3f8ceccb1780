/** Quantiles, moments and Student's t, as numpy and scipy give them. */

import { T_975 } from '../rules.js';

/**
 * Quantiles by linear interpolation.
 * @param {ArrayLike<number>} sorted Ascending, not empty.
 * @param {number} share From 0 to 1.
 * @returns {number}
 */
export function quantile(sorted, share) {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below];
  const high = sorted[Math.min(below + 1, sorted.length - 1)];
  return low + (at - below) * (high - low);
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @returns {number}
 */
export function limit(value, low, high) {
  return value < low ? low : value > high ? high : value;
}

/**
 * Values with the bad side clipped some interquartile ranges beyond the quartile, as in
 * `optuna_guide/domain/outliers.py`.
 * @param {Float64Array} values NaN stays.
 * @param {boolean} maximise
 * @param {number} [nIqr]
 * @returns {Float64Array}
 */
export function clipOutliers(values, maximise, nIqr = 3) {
  let sorted = values.filter((v) => !Number.isNaN(v)).sort();
  if (!sorted.length) return values;
  const quartiles = () => [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  let [low, high] = quartiles();
  if (high <= low) {
    sorted = Float64Array.from(new Set(sorted));
    [low, high] = quartiles();
  }
  const room = nIqr * (high - low);
  return values.map((v) => (maximise ? limit(v, low - room, v) : limit(v, v, high + room)));
}

/**
 * How many values lie beyond an axis that is cut, and where; empty where none: the words of
 * `phrases.beyond`.
 * @param {Float64Array} values
 * @param {Float64Array} shown The same, where they are drawn.
 * @param {string} what What a value is of.
 */
export function beyond(values, shown, what) {
  let [n, furthest] = [0, -1];
  values.forEach((v, i) => {
    if (!(Math.abs(v - shown[i]) > 0)) return;
    n += 1;
    if (furthest < 0 || Math.abs(v - shown[i]) > Math.abs(values[furthest] - shown[furthest])) {
      furthest = i;
    }
  });
  if (!n) return '';
  const [edge, far] = [shown[furthest], values[furthest]].map((v) => `${+v.toPrecision(4)}`);
  const many = n > 1 ? `${what}s lie` : `${what} lies`;
  return `${n} ${many} beyond the axis, cut at ${edge}: the furthest at ${far}`;
}

/**
 * The same of trials that stand at the end of an axis where they lie beyond it.
 * @param {ArrayLike<number>} values
 * @param {[number, number] | null} reach Ends of the axis.
 * @param {string} what What a value is of.
 */
export function beyondReach(values, reach, what) {
  const known = Float64Array.from(values).filter(Number.isFinite);
  if (!reach || !known.length) return '';
  const [low, high] = reach;
  return beyond(known, known.map((v) => Math.min(Math.max(v, low), high)), what);
}

/**
 * @typedef {object} Summary
 * @property {number} n
 * @property {number} mean NaN without values, like all that follow.
 * @property {number} std
 * @property {number} median
 * @property {number} low
 * @property {number} high
 */

/**
 * @param {ArrayLike<number>} values
 * @returns {Summary}
 */
export function summarise(values) {
  const n = values.length;
  if (!n) return { n, mean: NaN, std: NaN, median: NaN, low: NaN, high: NaN };
  const sorted = Float64Array.from(values).sort();
  let sum = 0;
  for (const v of sorted) sum += v;
  const mean = sum / n;
  let squares = 0;
  for (const v of sorted) squares += (v - mean) ** 2;
  return {
    n,
    mean,
    std: Math.sqrt(squares / n),
    median: quantile(sorted, 0.5),
    low: sorted[0],
    high: sorted[n - 1],
  };
}

/**
 * The 97.5 % quantile of Student's t: from a table, and beyond it by the series of Abramowitz and
 * Stegun (1964), equation 26.7.5.
 * @param {number} df Degrees of freedom, a whole number from 1 on.
 * @returns {number}
 */
export function t975(df) {
  if (df <= T_975.length) return T_975[df - 1];
  const x = 1.959963984540054;
  const terms = [
    x,
    (x ** 3 + x) / 4,
    (5 * x ** 5 + 16 * x ** 3 + 3 * x) / 96,
    (3 * x ** 7 + 19 * x ** 5 + 17 * x ** 3 - 15 * x) / 384,
    (79 * x ** 9 + 776 * x ** 7 + 1482 * x ** 5 - 1920 * x ** 3 - 945 * x) / 92160,
  ];
  return terms.reduce((sum, term, power) => sum + term / df ** power, 0);
}
