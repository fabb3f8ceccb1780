/** Which means of a trellis differ beyond chance, as in `optuna_guide/analysis/significance.py`. */

import { benjaminiHochberg } from './tests.js';
import { MIN_TRIALS } from '../rules.js';

/** @typedef {import('./options.js').Options} Options */

/**
 * Corrected p-values that the trials of a cell rank like all others (Kruskal and Wallis 1952 with
 * two groups, a gamma distribution for the tail; Benjamini-Hochberg over all cells).
 * @param {Options} columns
 * @param {Options[]} rows
 * @param {Options} colours
 * @param {ArrayLike<number>} values
 * @returns {Float64Array[]} For each entry of `rows`, in the order of `cellMeans`; NaN where there
 *   are too few trials.
 */
export function contrasts(columns, rows, colours, values) {
  const ranks = centredRanks(values);
  const all = moments(ranks);
  const found = rows.map((options) => {
    const size = columns.labels.length * options.labels.length * colours.labels.length;
    const inside = Array.from({ length: size }, () => [0, 0, 0]);
    for (let i = 0; i < ranks.length; i++) {
      const codes = [columns.codes[i], options.codes[i], colours.codes[i]];
      if (Math.min(...codes) < 0) continue;
      const at = (codes[0] * options.labels.length + codes[1]) * colours.labels.length + codes[2];
      [1, ranks[i], ranks[i] ** 2].forEach((v, power) => (inside[at][power] += v));
    }
    return Float64Array.from(inside, (part) => pValue(part, all));
  });
  const tested = found.flatMap((p, g) =>
    [...p].flatMap((v, at) => (v === v ? [{ g, at, v }] : [])),
  );
  const q = benjaminiHochberg(tested.map(({ v }) => v));
  tested.forEach(({ g, at }, k) => (found[g][at] = q[k]));
  return found;
}

/**
 * @param {number[]} part Number, sum and sum of squares of the ranks in a cell.
 * @param {number[]} all The same of all trials.
 */
function pValue(part, all) {
  const rest = all.map((v, power) => v - part[power]);
  if (Math.min(part[0], rest[0]) < MIN_TRIALS) return NaN;
  const n = all[0];
  const between = part[1] ** 2 / part[0] + rest[1] ** 2 / rest[0] - all[1] ** 2 / n;
  const total = all[2] - all[1] ** 2 / n;
  if (!(total > 1e-9 * all[2])) return 1;
  const h = ((n - 1) * between) / total;
  const variance = 2 + 1.2 / (n + 1) - 1.2 * (1 / part[0] + 1 / rest[0]);
  const kept = Math.max(variance, 0.1);
  return gammaTail(1 / kept, h / kept);
}

/** Ranks, ties at their mean, around 0. @param {ArrayLike<number>} values */
function centredRanks(values) {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) ranks[order[k]] = (start + end - order.length) / 2;
    start = end;
  }
  return ranks;
}

/** @param {Float64Array} ranks */
function moments(ranks) {
  return [0, 1, 2].map((power) => ranks.reduce((sum, v) => sum + v ** power, 0));
}

/**
 * Upper tail of the gamma distribution with scale 1 (Press et al. 2007, section 6.2).
 * @param {number} shape
 * @param {number} x
 */
export function gammaTail(shape, x) {
  if (!(x > 0)) return 1;
  const front = Math.exp(shape * Math.log(x) - x - logGamma(shape));
  if (x < shape + 1) {
    let [term, sum] = [1 / shape, 1 / shape];
    for (let k = 1; k < 1000 && term > 1e-17 * sum; k++) {
      term *= x / (shape + k);
      sum += term;
    }
    return 1 - front * sum;
  }
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < 1000; k++) {
    const a = -k * (k - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** Lanczos' approximation, as in section 6.1 there. @param {number} x */
function logGamma(x) {
  const factors = [
    76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155,
    0.1208650973866179e-2, -0.5395239384953e-5,
  ];
  const base = x + 5.5;
  const sum = factors.reduce((rest, f, k) => rest + f / (x + 1 + k), 1.000000000190015);
  return (x + 0.5) * Math.log(base) - base + Math.log((2.5066282746310005 * sum) / x);
}
