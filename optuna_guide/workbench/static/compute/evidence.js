/** Trials before the guidance and under it, as in `optuna_guide/guided_sampler/evidence.py`. */

import { holm, lowerP, superiority } from './tests.js';

/**
 * @typedef {object} Group
 * @property {string} name
 * @property {number[]} rows
 * @property {number | null} p One-sided: better than the trials before the first version.
 *
 * @typedef {object} Evidence
 * @property {Group[]} groups `before`, the newest versions, `all guided`, `explored`; none is empty.
 * @property {number} nGuided
 * @property {number | null} pBefore
 * @property {number | null} pExplored Guided trials are better than explored ones.
 * @property {number | null} beatsExplored Share of pairs in which the guided trial is better.
 */

/**
 * @param {ArrayLike<number>} rows Complete trials with the target, in the order of their numbers.
 * @param {(row: number) => number} loss
 * @param {(row: number) => string} kind Decision of a trial.
 * @param {(row: number) => number} version 0 = none.
 * @param {number} mostVersions
 * @returns {Evidence}
 */
export function measureEvidence(rows, loss, kind, version, mostVersions) {
  const all = Array.from(rows);
  const isGuided = (/** @type {number} */ row) => ['guided', 'repaired'].includes(kind(row));
  const guided = all.filter(isGuided);
  const explored = all.filter((row) => kind(row) === 'explored');
  const first = all.find((row) => version(row) > 0) ?? Infinity;
  const before = all.filter((row) => row < first);
  const losses = (/** @type {number[]} */ of) => Float64Array.from(of, loss);
  const numbers = [...new Set(guided.map(version))].sort((a, b) => a - b);
  const versions = numbers.map((v) => guided.filter((row) => version(row) === v));
  const p = holm(versions.map((of) => lowerP(losses(of), losses(before))));
  const pBefore = lowerP(losses(guided), losses(before));
  /** @type {Group[]} */
  const groups = [
    { name: 'before', rows: before, p: null },
    ...versions
      .map((of, k) => ({ name: `version ${numbers[k]}`, rows: of, p: p[k] }))
      .slice(-mostVersions),
    { name: 'all guided', rows: guided, p: pBefore },
    { name: 'explored', rows: explored, p: null },
  ];
  return {
    groups: groups.filter((group) => group.rows.length),
    nGuided: guided.length,
    pBefore,
    pExplored: lowerP(losses(guided), losses(explored)),
    beatsExplored: superiority(losses(guided), losses(explored)),
  };
}
