/** The trials of the histogram: in which bin and in which group each one is. */

import { readGroups } from '../../chart/groups.js';
import { take } from '../../chart/params.js';
import { binCodes, binEdges, countBins, normalise } from '../../compute/histogram.js';
import { beyond, clipOutliers, summarise } from '../../compute/statistics.js';

/**
 * @typedef {import('../../compute/histogram.js').Normalisation} Normalisation
 * @typedef {{ rows: Int32Array, groups: import('../../compute/options.js').Options,
 *   scaled: Float64Array, edges: Float64Array, codes: Int16Array, counts: Float64Array,
 *   reach: [number, number], beyond: string }} Bins
 *   rows: with the target, those that pass the filter; scaled: their values, those beyond the axis
 *   at its end; codes: their bins; counts: group by group; reach: least and largest value as
 *   measured; beyond: how many lie beyond the axis, in words
 */

export const N_BINS = 32;

/**
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {string} by what the trials are grouped by, as in `groupItems`
 * @param {Normalisation} how of each group by itself
 * @returns {Bins}
 */
export function readBins(workbench, by, how) {
  const { targetColumn, order, filter, maximise } = workbench;
  const rows = order.filter((row) => filter[row]);
  const values = take(targetColumn.values, rows);
  const { low, high } = summarise(values);
  const groups = readGroups(workbench, by, rows);
  const normalised = normalise(values, groups, how);
  const scaled = clipOutliers(normalised, maximise);
  const edges = binEdges(scaled, N_BINS);
  const codes = binCodes(scaled, edges);
  return {
    rows,
    groups,
    scaled,
    edges,
    codes,
    counts: countBins(codes, N_BINS, groups, null),
    reach: [low, high],
    beyond: beyond(normalised, scaled, 'trial'),
  };
}

/**
 * Selected trials in each bin, group by group.
 *
 * @param {Bins} bins
 * @param {Uint8Array} mask flags of all rows
 */
export function countSelected({ rows, groups, codes }, mask) {
  const flags = Uint8Array.from(rows, (row) => mask[row]);
  return countBins(codes, N_BINS, groups, flags);
}

/** Sums over the groups. @param {Float64Array} counts */
export function sums(counts) {
  const found = new Float64Array(N_BINS);
  counts.forEach((n, at) => (found[at % N_BINS] += n));
  return found;
}
