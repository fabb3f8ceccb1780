/** What the trellis shows: which parameters in columns, colours and rows, and their means. */

import { byImportance, take } from '../../chart/params.js';
import { contrasts } from '../../compute/contrasts.js';
import { cellMeans } from '../../compute/means.js';
import { namedOptions, oneOption, paramOptions } from '../../compute/options.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../compute/options.js').Options} Options
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('./drawing.js').Cells} Cells
 * @typedef {import('../../state/data.js').Label} Label
 * @typedef {Param | Label} Facet
 * @typedef {{ facets: Facet[], params: Param[], first: Facet | undefined,
 *   second: Facet | undefined }} Layout
 *   parameters by importance, and contexts; the one of the columns and the one of the colours
 * @typedef {{ rows: Int32Array, values: Float64Array, cells: Cells, all: Means[],
 *   q: Float64Array[] }} Trellis  rows: with the target, those that pass the filter, best first;
 *   values: their target; q: corrected p-values of the means
 */

const MAX_ROWS = 18;
const MAX_GROUPS = 8; // of a context

/**
 * @param {Workbench} workbench
 * @param {string[]} wanted names for the columns and the colours; empty: by the guidance
 * @returns {Layout}
 */
export function layOut(workbench, [columns, colours]) {
  const params = byImportance(workbench);
  /** @type {Facet[]} */
  const facets = [...params, ...workbench.data.labels.filter((label) => label.is_context)];
  const named = facets.find(({ name }) => name === columns);
  const first = named ?? params.find(({ name }) => name !== colours);
  const wanted = facets.find((facet) => facet !== first && facet.name === colours);
  const others = params.filter((param) => param !== first);
  return { facets, params, first, second: wanted ?? partner(workbench, others, first) };
}

/**
 * The parameter that interacts most with the first one, else the most important other.
 *
 * @param {Workbench} workbench
 * @param {Param[]} others
 * @param {Facet | undefined} first
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
  const cut = (/** @type {Facet | undefined} */ facet) => {
    if (!facet) return oneOption('all', rows.length);
    if ('cells' in facet) return paramOptions(facet, rows);
    const words = facet.labels.map((word) => word || 'none');
    return namedOptions(facet.name, words, take(facet.codes, rows), MAX_GROUPS);
  };
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
