/** Histograms of a target, stacked by options, as in `optuna_guide/analysis/histogram.py`. */

import { summarise } from './statistics.js';

/** @typedef {import('./options.js').Options} Options */
/** @typedef {'none' | 'min-max' | 'rank' | 'z'} Normalisation */

/**
 * Values made comparable between groups, each group by itself.
 * @param {Float64Array} values
 * @param {Options} groups
 * @param {Normalisation} how
 * @returns {Float64Array} NaN outside of any group, except for 'none'.
 */
export function normalise(values, groups, how) {
  if (how === 'none') return values;
  const scales = groups.labels.map((_, k) =>
    scaleOf(
      values.filter((_v, i) => groups.codes[i] === k),
      how,
    ),
  );
  return values.map((v, i) => (groups.codes[i] < 0 ? NaN : scales[groups.codes[i]](v)));
}

/**
 * @param {Float64Array} part
 * @param {Normalisation} how
 * @returns {(value: number) => number}
 */
function scaleOf(part, how) {
  const { mean, std, low, high } = summarise(part);
  if (how === 'min-max') return (v) => (v - low) / (high - low || 1);
  if (how === 'z') return (v) => (v - mean) / (std || 1);
  const sorted = part.slice().sort();
  /** @type {Map<number, number>} */
  const below = new Map();
  sorted.forEach((v, i) => {
    if (!below.has(v)) below.set(v, i);
  });
  return (v) => (below.get(v) ?? 0) / Math.max(part.length - 1, 1);
}

/**
 * Edges of even bins; a single value gets bins around it.
 * @param {ArrayLike<number>} values
 * @param {number} nBins
 * @returns {Float64Array}
 */
export function binEdges(values, nBins) {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  if (!(high >= low)) [low, high] = [0, 1];
  if (high <= low) [low, high] = [low - 0.5, high + 0.5];
  return Float64Array.from({ length: nBins + 1 }, (_, k) => low + ((high - low) * k) / nBins);
}

/**
 * Bin of each value; the last one is closed. -1 outside.
 * @param {ArrayLike<number>} values
 * @param {Float64Array} edges
 * @returns {Int16Array}
 */
export function binCodes(values, edges) {
  const n = edges.length - 1;
  const [low, high] = [edges[0], edges[n]];
  return Int16Array.from(values, (v) => {
    if (!(v >= low && v <= high)) return -1;
    let k = Math.min(Math.floor(((v - low) / (high - low)) * n), n - 1);
    if (v < edges[k]) k -= 1;
    else if (k < n - 1 && v >= edges[k + 1]) k += 1;
    return k;
  });
}

/**
 * Rows of each bin and group.
 * @param {Int16Array} bins
 * @param {number} nBins
 * @param {Options} groups
 * @param {ArrayLike<number> | null} flags Rows that count, all where it is null.
 * @returns {Float64Array} Group by group.
 */
export function countBins(bins, nBins, groups, flags) {
  const counts = new Float64Array(nBins * groups.labels.length);
  for (let i = 0; i < bins.length; i++) {
    if (bins[i] >= 0 && groups.codes[i] >= 0 && (!flags || flags[i])) {
      counts[groups.codes[i] * nBins + bins[i]] += 1;
    }
  }
  return counts;
}
