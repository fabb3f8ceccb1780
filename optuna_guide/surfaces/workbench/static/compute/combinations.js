/** Pairs of options: how often they are selected together. As in `optuna_guide/figures/panels/combination_matrix.py`. */

import { benjaminiHochberg, exactP, logFactorials } from './tests.js';
import { MIN_SUPPORT, PRIOR } from '../rules.js';

/** @typedef {import('./options.js').Options} Options */

/**
 * Rows that have both options of each pair; NaN for two options of one parameter, which exclude
 * each other.
 * @param {Options[]} shown
 * @param {ArrayLike<number> | null} flags Rows that count, all where it is null.
 * @returns {Float64Array} Square, row by row.
 */
export function countPairs(shown, flags) {
  const starts = optionStarts(shown);
  const size = starts[shown.length];
  const counts = new Float64Array(size * size);
  const n = shown[0]?.codes.length ?? 0;
  const at = new Int32Array(shown.length);
  for (let row = 0; row < n; row++) {
    if (flags && !flags[row]) continue;
    for (let p = 0; p < shown.length; p++) {
      at[p] = shown[p].codes[row] < 0 ? -1 : starts[p] + shown[p].codes[row];
      for (let q = 0; q <= p; q++) if (at[p] >= 0 && at[q] >= 0) counts[at[p] * size + at[q]] += 1;
    }
  }
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++) counts[j * size + i] = counts[i * size + j];
  shown.forEach((_, p) => {
    for (let i = starts[p]; i < starts[p + 1]; i++) {
      for (let j = starts[p]; j < starts[p + 1]; j++) if (i !== j) counts[i * size + j] = NaN;
    }
  });
  return counts;
}

/**
 * First option of each parameter, and the number of all.
 * @param {Options[]} shown
 * @returns {number[]}
 */
export function optionStarts(shown) {
  const starts = [0];
  for (const options of shown) starts.push(starts[starts.length - 1] + options.labels.length);
  return starts;
}

/**
 * Shrunk ratio of the selected rows to those expected; NaN below the minimum support.
 *
 * A gamma prior on the ratio keeps few rows near 1 (DuMouchel 1999).
 * @param {Float64Array} both
 * @param {Float64Array} chosen
 * @param {number} share Share of all rows that is selected.
 * @returns {Float64Array}
 */
export function lift(both, chosen, share) {
  return both.map((n, i) => (n >= MIN_SUPPORT ? (chosen[i] + PRIOR) / (share * n + PRIOR) : NaN));
}

let logs = logFactorials(0);

/** Log factorials are the same for every selection. @param {number} n */
function logsUpTo(n) {
  if (logs.length <= n) logs = logFactorials(n);
  return logs;
}

/**
 * Exact p-values of the cells, corrected for their number (Benjamini-Hochberg); NaN below the
 * minimum support.
 * @param {Float64Array} both
 * @param {Float64Array} chosen
 * @param {number} nSelected
 * @param {number} n
 * @returns {Float64Array} Square, like `both`.
 */
export function significance(both, chosen, nSelected, n) {
  const size = Math.sqrt(both.length);
  const known = logsUpTo(n);
  /** @type {number[]} */
  const cells = [];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) if (both[i * size + j] >= MIN_SUPPORT) cells.push(i * size + j);
  }
  const p = cells.map((at) => exactP(chosen[at], both[at], nSelected, n, known));
  const q = benjaminiHochberg(p);
  const found = new Float64Array(both.length).fill(NaN);
  cells.forEach((at, k) => {
    found[at] = q[k];
    found[(at % size) * size + Math.floor(at / size)] = q[k];
  });
  return found;
}
