/** Columns cut into a few options, as in `optuna_guide/drawing/options.py`. */

import {cellEdges, fromUnit, general, isCategorical, label, nLevels, place, unitScale} from '../space.js';
import {quantile} from './statistics.js';

/**
 * @typedef {import('../space.js').Domain} Domain
 *
 * @typedef {object} Options What each trial has of a parameter or an attribute.
 * @property {string} name
 * @property {string[]} labels In the order of the range; `inactive` is the last one.
 * @property {Int16Array} codes Index of each row's option; -1 where it has none.
 */

/**
 * Options of a parameter that were tried. Numbers are binned evenly over their declared range; of
 * many choices the most tried are kept and the others put together.
 * @param {string} name
 * @param {Domain} domain
 * @param {ArrayLike<number>} values Internal values, one per row; NaN = inactive.
 * @param {number} atMost Number of options, beside the one for inactive.
 * @returns {Options}
 */
export function paramOptions(name, domain, values, atMost) {
  const {labels, code} = isCategorical(domain)
    ? choices(domain, values, atMost)
    : bins(domain, atMost);
  const codes = new Int16Array(values.length);
  let inactive = false;
  for (let i = 0; i < codes.length; i++) {
    const value = values[i];
    inactive ||= Number.isNaN(value);
    codes[i] = Number.isNaN(value) ? labels.length : code(value);
  }
  return tried(name, inactive ? [...labels, 'inactive'] : labels, codes);
}

/**
 * Options of numbers without a declared range: their values, or bins with as many trials each.
 * @param {string} name
 * @param {ArrayLike<number>} values NaN = missing.
 * @param {number} atMost
 * @returns {Options}
 */
export function attributeOptions(name, values, atMost) {
  const known = Float64Array.from(values).filter(Number.isFinite).sort();
  const distinct = [...new Set(known)];
  const few = distinct.length <= atMost;
  const shares = Array.from({length: atMost - 1}, (_, k) => (k + 1) / atMost);
  const cuts = few ? distinct : [...new Set(shares.map((share) => quantile(known, share)))];
  const at = (/** @type {number} */ value) => firstNotBelow(cuts, value);
  const labels = few
    ? distinct.map((v) => general(v, 4))
    : Array.from({length: cuts.length + 1}, (_, k) => reach(known.filter((v) => at(v) === k)));
  const codes = Int16Array.from(values, (v) => (Number.isFinite(v) ? at(v) : -1));
  return tried(name, labels, codes);
}

/**
 * Options of a column that has names already; the most frequent ones where there are many.
 * @param {string} name
 * @param {string[]} labels
 * @param {ArrayLike<number>} codes -1 = none.
 * @param {number} atMost
 * @returns {Options}
 */
export function namedOptions(name, labels, codes, atMost) {
  const {labels: kept, code} = mostTried(labels, codes, atMost);
  return tried(name, kept, Int16Array.from(codes, (c) => (c < 0 ? -1 : code(c))));
}

/**
 * One option that all rows have.
 * @param {string} word
 * @param {number} n
 * @returns {Options}
 */
export function oneOption(word, n) {
  return {name: '', labels: [word], codes: new Int16Array(n)};
}

/**
 * @param {Domain} domain
 * @param {ArrayLike<number>} values
 * @param {number} atMost
 */
function choices(domain, values, atMost) {
  const words = domain.choices.map((_, k) => label(domain, k));
  return mostTried(words, values, atMost);
}

/**
 * @param {string[]} words
 * @param {ArrayLike<number>} codes
 * @param {number} atMost
 * @returns {{labels: string[], code: (value: number) => number}}
 */
function mostTried(words, codes, atMost) {
  if (words.length <= atMost) return {labels: words, code: (value) => value};
  const counts = new Float64Array(words.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) counts[codes[i]] += 1;
  const order = Array.from(counts, (_, k) => k).sort((a, b) => counts[b] - counts[a] || a - b);
  const kept = order.slice(0, atMost - 1).sort((a, b) => a - b);
  const placeOf = new Int16Array(words.length).fill(atMost - 1);
  kept.forEach((k, i) => (placeOf[k] = i));
  const labels = [...kept.map((k) => words[k]), `${words.length - kept.length} others`];
  return {labels, code: (value) => placeOf[value]};
}

/**
 * @param {Domain} domain
 * @param {number} atMost
 * @returns {{labels: string[], code: (value: number) => number}}
 */
function bins(domain, atMost) {
  const edges = cellEdges(domain, atMost);
  const scale = unitScale(domain);
  const last = edges.length - 2;
  return {
    labels: edges.slice(1).map((end, k) => binLabel(domain, edges[k], end)),
    code: (value) => {
      const unit = scale(value);
      let k = 0;
      while (k < last && unit >= edges[k + 1]) k++;
      return k;
    },
  };
}

/**
 * The first and the last value of a cell.
 * @param {Domain} domain
 * @param {number} low
 * @param {number} high
 */
function binLabel(domain, low, high) {
  const margin = nLevels(domain) === null ? 0 : 1e-9 * (high - low);
  const [first, last] = [low + margin, high - margin].map((u) =>
    label(domain, margin ? fromUnit(domain, u) : clipped(domain, place(domain, u))),
  );
  return first === last ? first : `${first} … ${last}`;
}

/**
 * @param {Domain} domain
 * @param {number} value
 */
function clipped(domain, value) {
  return Math.min(Math.max(value, domain.low), domain.high);
}

/** @param {Float64Array} values Ascending. */
function reach(values) {
  if (!values.length) return '';
  const [low, high] = [general(values[0], 3), general(values[values.length - 1], 3)];
  return low === high ? low : `${low} … ${high}`;
}

/**
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 */
function firstNotBelow(sorted, value) {
  let k = 0;
  while (k < sorted.length && sorted[k] < value) k++;
  return k;
}

/**
 * Without the options that no trial has.
 * @param {string} name
 * @param {string[]} labels
 * @param {Int16Array} codes
 * @returns {Options}
 */
function tried(name, labels, codes) {
  const used = labels.map(() => false);
  for (const code of codes) if (code >= 0) used[code] = true;
  const placeOf = labels.map(() => -1);
  /** @type {string[]} */
  const kept = [];
  used.forEach((isUsed, k) => {
    if (isUsed) placeOf[k] = kept.push(labels[k]) - 1;
  });
  return {name, labels: kept, codes: codes.map((code) => (code >= 0 ? placeOf[code] : -1))};
}
