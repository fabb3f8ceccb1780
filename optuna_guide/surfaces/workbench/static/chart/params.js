/** Parameters in the order of their importance. */

import { inBlocks } from '../compute/layers.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 */

/**
 * Parameters, most important first where that is known, else as they were declared.
 * @param {Workbench} workbench
 * @returns {Param[]}
 */
export function byImportance({ ranking, data }) {
  const places = new Map(ranking.map((name, i) => [name, i]));
  const place = (/** @type {Param} */ param) => places.get(param.name) ?? ranking.length;
  return [...data.params].sort((a, b) => place(a) - place(b));
}

/**
 * The same, where repeated parameters stand together, layer by layer.
 * @param {Workbench} workbench
 * @returns {Param[]}
 */
export function byBlock(workbench) {
  const params = byImportance(workbench);
  const names = inBlocks(params.map(({ name, kind }) => [name, kind]));
  const places = new Map(names.map((name, k) => [name, k]));
  return params.sort((a, b) => (places.get(a.name) ?? 0) - (places.get(b.name) ?? 0));
}

/**
 * Values of some rows.
 * @param {ArrayLike<number>} column
 * @param {ArrayLike<number>} rows
 * @returns {Float64Array}
 */
export function take(column, rows) {
  return Float64Array.from(rows, (row) => column[row]);
}
