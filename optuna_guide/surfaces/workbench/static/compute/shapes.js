/** What the terms of the EBM and the forest say about a parameter, as in `panels/shapes.py`. */

import { MIN_IMPORTANCE } from '../rules.js';

/**
 * @typedef {import('../wire.js').Effect} Effect
 * @typedef {import('../wire.js').ParamGuidance} ParamGuidance
 * @typedef {import('../wire.js').Surface} Surface
 */

/**
 * The forest's curve, shifted to the mean of the trials.
 * @param {Effect} effect
 * @returns {number[]}
 */
export function centred({ mean, counts }) {
  const n = counts.reduce((sum, v) => sum + v, 0);
  const weights = n > 0 ? counts : counts.map(() => 1);
  const middle =
    mean.reduce((sum, v, i) => sum + v * weights[i], 0) / weights.reduce((sum, v) => sum + v, 0);
  return mean.map((v) => v - middle);
}

/**
 * Correlation of forest and EBM over the trials; null where the parameter hardly matters.
 * @param {ParamGuidance} param
 * @returns {number | null}
 */
export function agreement({ importance, importance_ebm: ebmShare, effect, shape }) {
  if (!shape || Math.max(importance, ebmShare ?? 0) < MIN_IMPORTANCE) return null;
  const { counts } = effect;
  const n = counts.reduce((sum, v) => sum + v, 0);
  const most = (/** @type {number[]} */ list) => Math.max(...list.map(Math.abs));
  let forest = centred(effect);
  let ebm = effect.x.map((v) => shape.score[binOf(shape.edges, v)]);
  if (n === 0 || !most(forest) || !most(ebm)) return null;
  [forest, ebm] = [forest, ebm].map((list) => list.map((v) => v / most(list)));
  const middle = ebm.reduce((sum, v, i) => sum + v * counts[i], 0) / n;
  ebm = ebm.map((v) => v - middle);
  const dot = (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
    a.reduce((sum, v, i) => sum + counts[i] * v * b[i], 0);
  const size = Math.sqrt(dot(forest, forest) * dot(ebm, ebm));
  return size > 0 ? dot(forest, ebm) / size : null;
}

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
