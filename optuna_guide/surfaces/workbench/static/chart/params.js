/** Parameters in the order of their importance. */

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 */

/**
 * Parameters, most important first where that is known, else as they were declared.
 * @param {Workbench} workbench
 * @returns {Param[]}
 */
export function byImportance({ guidance, data }) {
  /** @type {{ name: string }[]} */
  const known = guidance?.params ?? [];
  const places = new Map(known.map((param, i) => [param.name, i]));
  const place = (/** @type {Param} */ param) => places.get(param.name) ?? known.length;
  return [...data.params].sort((a, b) => place(a) - place(b));
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
