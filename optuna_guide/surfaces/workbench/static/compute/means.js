/** Means of the cells of a trellis with Student's interval, as in `optuna_guide/figures/panels/trellis/gathering.py`. */

import { t975 } from './statistics.js';
import { MIN_TRIALS } from '../rules.js';

/** @typedef {import('./options.js').Options} Options */

/**
 * @typedef {object} Means Cell `(column, row, colour)` is at `(column * nRows + row) * nColours +
 *   colour`; NaN where there are too few trials.
 * @property {Float64Array} n
 * @property {Float64Array} mean
 * @property {Float64Array} half Of the 95 % interval.
 */

/**
 * @param {Options} columns
 * @param {Options} rows
 * @param {Options} colours
 * @param {ArrayLike<number>} values One per trial.
 * @param {ArrayLike<number> | null} flags Trials that count, all where it is null.
 * @returns {Means}
 */
export function cellMeans(columns, rows, colours, values, flags) {
  const size = columns.labels.length * rows.labels.length * colours.labels.length;
  const [n, sums, squares] = [0, 1, 2].map(() => new Float64Array(size));
  const cell = new Int32Array(values.length).fill(-1);
  for (let i = 0; i < values.length; i++) {
    if (flags && !flags[i]) continue;
    const codes = [columns.codes[i], rows.codes[i], colours.codes[i]];
    if (Math.min(...codes) < 0) continue;
    const at = (codes[0] * rows.labels.length + codes[1]) * colours.labels.length + codes[2];
    cell[i] = at;
    n[at] += 1;
    sums[at] += values[i];
  }
  const mean = sums.map((sum, at) => (n[at] >= MIN_TRIALS ? sum / n[at] : NaN));
  for (let i = 0; i < values.length; i++) {
    if (cell[i] >= 0) squares[cell[i]] += (values[i] - mean[cell[i]]) ** 2;
  }
  const half = squares.map((sum, at) =>
    n[at] >= MIN_TRIALS ? t975(n[at] - 1) * Math.sqrt(sum / (n[at] - 1) / n[at]) : NaN,
  );
  return { n, mean, half };
}
