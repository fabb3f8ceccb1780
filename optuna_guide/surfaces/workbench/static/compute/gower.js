/** How much configurations differ (Gower 1971), as in `optuna_guide/projection/distances.py`. */

import { paramAxis } from '../chart/scales.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 *
 * @typedef {object} Scaled A parameter that can vary.
 * @property {Float64Array} places From 0 at its lowest value to 1 at its highest; NaN = inactive.
 * @property {boolean} categorical Then the place is the index of the choice.
 */

/**
 * The parameters that can vary.
 * @param {Param[]} params
 * @returns {Scaled[]}
 */
export function scaleParams(params) {
  return params
    .filter((param) => paramAxis(param).levels !== 1)
    .map((param) => {
      const categorical = param.kind === 'categorical';
      if (categorical) return { places: Float64Array.from(param.values), categorical };
      const { toUnit } = paramAxis(param);
      const [low, high] = [toUnit(param.low), toUnit(param.high)];
      const places = Float64Array.from(param.values, (v) => (toUnit(v) - low) / (high - low));
      return { places, categorical };
    });
}

/**
 * Mean difference of the parameters that either of two rows has: the part of the range between two
 * numbers, 0 or 1 for choices, 1 where only one of both is active.
 * @param {Scaled[]} params
 * @param {ArrayLike<number>} rows
 * @param {ArrayLike<number>} others
 * @returns {Float64Array} `(rows, others)`, row by row, from 0 to 1.
 */
export function distances(params, rows, others) {
  const [n, m] = [rows.length, others.length];
  const total = new Float64Array(n * m);
  const counted = new Float64Array(n * m);
  const there = new Float64Array(m);
  for (const { places, categorical } of params) {
    for (let j = 0; j < m; j++) there[j] = places[others[j]];
    for (let i = 0, at = 0; i < n; i++) {
      const here = places[rows[i]];
      const isActive = here === here;
      for (let j = 0; j < m; j++, at++) {
        const other = there[j];
        if (isActive && other === other) {
          total[at] += categorical ? Number(here !== other) : Math.abs(here - other);
          counted[at] += 1;
        } else if (isActive || other === other) {
          total[at] += 1;
          counted[at] += 1;
        }
      }
    }
  }
  return total.map((sum, at) => sum / Math.max(counted[at], 1));
}
