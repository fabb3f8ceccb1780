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
 * @property {[number, number] | null} interval Of this share, 95 %.
 * @property {number} nExplored
 */

export const FEWEST = 5; // trials of a kind from which an interval is given

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
  const beatsExplored = superiority(losses(guided), losses(explored));
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
    beatsExplored,
    interval: intervalOf(beatsExplored, guided.length, explored.length),
    nExplored: explored.length,
  };
}

/**
 * 95 % interval of a share of pairs: method 5 of Newcombe (2006), with the error that the share at
 * the bound would have. None where one sample has fewer than `FEWEST` values.
 * @param {number | null} share
 * @param {number} n
 * @param {number} m
 * @returns {[number, number] | null}
 */
export function intervalOf(share, n, m) {
  if (share === null || Math.min(n, m) < FEWEST) return null;
  return [lowerBound(share, n, m), 1 - lowerBound(1 - share, n, m)];
}

/** @param {number} share @param {number} n @param {number} m */
function lowerBound(share, n, m) {
  const more = (n + m) / 2 - 1;
  let [low, high] = [0, share];
  for (let k = 0; k < 40; k++) {
    const a = (low + high) / 2;
    const pairs = 1 + (more * (1 - a)) / (2 - a) + (more * a) / (1 + a);
    const error = Math.sqrt((a * (1 - a) * pairs) / (n * m));
    if (share - a > 1.96 * error) low = a;
    else high = a;
  }
  return low;
}
