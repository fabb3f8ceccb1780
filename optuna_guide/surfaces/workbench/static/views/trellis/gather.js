/** What the trellis shows: which parameters in columns, colours and rows, and their means. */

import { byImportance, take } from '../../chart/params.js';
import { contrasts } from '../../compute/contrasts.js';
import { cellMeans } from '../../compute/means.js';
import { oneOption, paramOptions } from '../../compute/options.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../compute/options.js').Options} Options
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('./drawing.js').Cells} Cells
 * @typedef {{ params: Param[], first: Param | undefined, second: Param | undefined }} Layout
 *   parameters by importance; the one of the columns and the one of the colours
 * @typedef {{ rows: Int32Array, values: Float64Array, cells: Cells, all: Means[],
 *   q: Float64Array[] }} Trellis  rows: with the target, those that pass the filter, best first;
 *   values: their target; q: corrected p-values of the means
 */

const MAX_ROWS = 18;

/**
 * @param {Workbench} workbench
 * @param {string[]} wanted names for the columns and the colours; empty: by the guidance
 * @returns {Layout}
 */
export function layOut(workbench, [columns, colours]) {
  const params = byImportance(workbench);
  const named = params.find(({ name }) => name === columns);
  const first = named ?? params.find(({ name }) => name !== colours);
  const others = params.filter((param) => param !== first);
  const wanted = others.find(({ name }) => name === colours);
  return { params, first, second: wanted ?? partner(workbench, others, first) };
}

/**
 * The parameter that interacts most with the first one, else the most important other.
 *
 * @param {Workbench} workbench
 * @param {Param[]} others
 * @param {Param | undefined} first
 */
function partner({ guidance }, others, first) {
  for (const { names } of guidance?.pairs ?? []) {
    if (!first || !names.includes(first.name)) continue;
    const found = others.find(({ name }) => name === names[Number(names[0] === first.name)]);
    if (found) return found;
  }
  return others[0];
}

/** @param {Workbench} workbench @param {Layout} layout @returns {Trellis} */
export function readTrellis({ order, filter, targetColumn }, { params, first, second }) {
  const rows = order.filter((row) => filter[row]);
  const values = take(targetColumn.values, rows);
  const cut = (/** @type {Param | undefined} */ param) =>
    param ? paramOptions(param, rows) : oneOption('all', rows.length);
  const rest = params.filter((param) => param !== first && param !== second);
  const fitting = fill(rest.map(cut));
  const cells = {
    columns: cut(first),
    colours: cut(second),
    rows: fitting.length ? fitting : [oneOption('all trials', rows.length)],
  };
  const all = meansOf(cells, values, null);
  return {
    rows,
    values,
    cells,
    all,
    q: contrasts(cells.columns, cells.rows, cells.colours, values),
  };
}

/** As many parameters as there is room for. @param {Options[]} options */
function fill(options) {
  let n = 0;
  const end = options.findIndex(({ labels }) => (n += labels.length) > MAX_ROWS);
  return end < 0 ? options : options.slice(0, end);
}

/**
 * Means of the cells, of all trials or of the flagged ones.
 *
 * @param {Cells} cells
 * @param {Float64Array} values
 * @param {Uint8Array | null} flags
 */
export function meansOf({ columns, colours, rows }, values, flags) {
  return rows.map((options) => cellMeans(columns, options, colours, values, flags));
}
