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
export function byImportance({ ranking, data }) {
  const places = new Map(ranking.map((name, i) => [name, i]));
  const place = (/** @type {Param} */ param) => places.get(param.name) ?? ranking.length;
  return [...data.params].sort((a, b) => place(a) - place(b));
}

/** What is said of parameters that a drawing leaves out. @param {number} n */
export function hiddenParams(n) {
  return n > 0 ? `${n} less important parameter${n === 1 ? ' is' : 's are'} not shown.` : '';
}

/**
 * Their names in blocks: repeated parameters stand together, layer by layer.
 * @param {Workbench} workbench
 * @returns {string[][]}
 */
export function inBlocks(workbench) {
  const stacks = workbench.data.blocks
    .filter((block) => typeof block !== 'string')
    .map(({ layers }) => layers.flatMap(namesOf));
  const together = new Map(stacks.flatMap((names) => names.map((name) => [name, names])));
  const blocks = byImportance(workbench).map(({ name }) => together.get(name) ?? [name]);
  return [...new Set(blocks)];
}

/** Parameters of a layer. @param {import('../wire.js').Layer} layer */
export function namesOf({ type, size, dropout, others }) {
  return [...[type, size, dropout].filter(Boolean), ...others];
}

/**
 * Parameters, block by block.
 * @param {Workbench} workbench
 * @returns {Param[]}
 */
export function byBlock(workbench) {
  return inBlocks(workbench)
    .flat()
    .flatMap((name) => workbench.data.param(name) ?? []);
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
