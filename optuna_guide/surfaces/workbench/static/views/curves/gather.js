/** Whose curves are drawn, and of what. */

import { thinOut } from '../../compute/series.js';
import { INTERMEDIATE, MAX_CURVES, MAX_METRICS } from '../../rules.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').CurveAnswer} Curve
 * @typedef {import('../../wire.js').ReportedAnswer} Reported
 * @typedef {{ name: string, curves: [number, Curve][] }} Metric  rows and their curves
 */

/**
 * Rows to draw, the better later: the kept ones, the top third of the room, and evenly spaced
 * others of the selection; and how many might be drawn.
 *
 * @param {Workbench} workbench
 */
export function chooseRows(workbench) {
  const { data, mask, goodness, order, kept } = workbench;
  const isReported = (/** @type {number} */ row) => data.last_step[row] > 0;
  const all = [...order].filter((row) => mask[row] && isReported(row));
  for (let row = 0; row < data.n; row++) {
    if (mask[row] && Number.isNaN(goodness[row]) && isReported(row)) all.push(row);
  }
  const nTop = Math.min(Math.floor(MAX_CURVES / 3), all.length);
  const rest = all.slice(nTop);
  const even = thinOut(rest.length, MAX_CURVES - nTop).map((i) => rest[i]);
  const wanted = kept.map((number) => workbench.rowOf(number));
  const shown = wanted.filter((row) => row >= 0 && isReported(row));
  return {
    rows: [...new Set([...shown, ...all.slice(0, nTop), ...even])].reverse(),
    n: all.length,
  };
}

/**
 * What the rows reported: intermediate values, and lists among the attributes.
 *
 * @param {number[]} rows
 * @param {Map<number, Reported>} known
 * @returns {Metric[]}
 */
export function metricsOf(rows, known) {
  /** @type {Map<string, [number, Curve][]>} */
  const found = new Map();
  const add = (
    /** @type {string} */ name,
    /** @type {number} */ row,
    /** @type {Curve} */ curve,
  ) => {
    if (curve.steps.length > 1) found.set(name, [...(found.get(name) ?? []), [row, curve]]);
  };
  for (const row of rows) {
    const reported = known.get(row);
    if (reported) add(INTERMEDIATE, row, reported);
  }
  for (const row of rows) {
    for (const [name, curve] of Object.entries(known.get(row)?.series ?? {}))
      add(name, row, curve);
  }
  return [...found].map(([name, curves]) => ({ name, curves })).slice(0, MAX_METRICS);
}
