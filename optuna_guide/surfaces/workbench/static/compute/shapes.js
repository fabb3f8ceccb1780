/** Bins of the terms of the EBM, and sums of its pairs. */

/** @typedef {import('../wire.js').Surface} Surface */

/**
 * The bin of a value, the first or the last one outside of all.
 * @param {number[]} edges
 * @param {number} value
 */
export function binOf(edges, value) {
  let k = 0;
  while (k < edges.length - 2 && value >= edges[k + 1]) k++;
  return k;
}

/**
 * The three sums of a pair of terms: the pair alone, both parameters alone, and all together.
 * @param {Surface} surface
 * @param {'pair' | 'mains' | 'total'} part
 * @returns {number[][]}
 */
export function sumOf({ total, interaction }, part) {
  if (part === 'pair') return interaction;
  if (part === 'total') return total;
  return total.map((row, i) => row.map((v, j) => v - interaction[i][j]));
}
