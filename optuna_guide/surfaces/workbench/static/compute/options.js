/** Columns cut into a few options, as in `optuna_guide/domain/cells.py`. */

import { number, paramAxis } from '../chart/scales.js';
import { cellEdges, cellEnds, cellLabel } from './cells.js';
import { quantile } from './statistics.js';

const FEW = 8; // tried values of a number that have an option each
const TRIALS_EACH = 2; // on average

/**
 * @typedef {import('../state/data.js').Param} Param
 *
 * @typedef {import('../state/selection.js').Brush} Brush
 *
 * @typedef {object} Options What each trial has of a parameter or an attribute.
 * @property {string} name
 * @property {string[]} labels In the order of the range; `inactive` is the last one.
 * @property {Int16Array} codes Index of each row's option; -1 where it has none.
 * @property {Brush[]} brushes What selects the option on the axis of a parameter; else empty.
 */

/**
 * Options of a parameter that were tried. A number that takes few values has one for each, others
 * are binned evenly over their declared range; of many choices the most tried are kept and the
 * others put together.
 * @param {Param} param
 * @param {ArrayLike<number>} values Of the rows that count; NaN = inactive.
 * @param {number} atMost Number of options, beside the one for inactive.
 * @returns {Options}
 */
export function paramOptions(param, values, atMost) {
  const { labels, code, brushes } =
    param.kind === 'categorical'
      ? mostTried(param.choices, values, atMost)
      : (fewValues(param, values) ?? bins(param, atMost));
  const codes = new Int16Array(values.length);
  let inactive = false;
  for (let i = 0; i < codes.length; i++) {
    const value = values[i];
    inactive ||= Number.isNaN(value);
    codes[i] = Number.isNaN(value) ? labels.length : code(value);
  }
  if (!inactive) return tried({ name: param.name, labels, codes, brushes });
  const none = { intervals: [], inactive: true };
  const all = { labels: [...labels, 'inactive'], brushes: [...brushes, none] };
  return tried({ name: param.name, codes, ...all });
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
  const shares = Array.from({ length: atMost - 1 }, (_, k) => (k + 1) / atMost);
  const cuts = few ? distinct : [...new Set(shares.map((share) => quantile(known, share)))];
  const at = (/** @type {number} */ value) => firstNotBelow(cuts, value);
  const labels = few
    ? distinct.map((v) => number(v, 4))
    : Array.from({ length: cuts.length + 1 }, (_, k) => reach(known.filter((v) => at(v) === k)));
  const codes = Int16Array.from(values, (v) => (Number.isFinite(v) ? at(v) : -1));
  return tried({ name, labels, codes, brushes: [] });
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
  const { labels: kept, code } = mostTried(labels, codes, atMost);
  const places = Int16Array.from(codes, (c) => (c < 0 ? -1 : code(c)));
  return tried({ name, labels: kept, codes: places, brushes: [] });
}

/**
 * One option that all rows have.
 * @param {string} word
 * @param {number} n
 * @returns {Options}
 */
export function oneOption(word, n) {
  return { name: '', labels: [word], codes: new Int16Array(n), brushes: [] };
}

/** @typedef {{ labels: string[], code: (value: number) => number, brushes: Brush[] }} Cut */

/**
 * @param {string[]} words
 * @param {ArrayLike<number>} codes
 * @param {number} atMost
 * @returns {Cut}
 */
function mostTried(words, codes, atMost) {
  if (words.length <= atMost) {
    return {
      labels: words,
      code: (value) => value,
      brushes: words.map((_, k) => ({ choices: [k] })),
    };
  }
  const counts = new Float64Array(words.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) counts[codes[i]] += 1;
  const order = Array.from(counts, (_, k) => k).sort((a, b) => counts[b] - counts[a] || a - b);
  const kept = order.slice(0, atMost - 1).sort((a, b) => a - b);
  const placeOf = new Int16Array(words.length).fill(atMost - 1);
  kept.forEach((k, i) => (placeOf[k] = i));
  const labels = [...kept.map((k) => words[k]), `${words.length - kept.length} others`];
  const brushes = labels.map((_, i) => ({
    choices: words.flatMap((_word, k) => (placeOf[k] === i ? [k] : [])),
  }));
  return { labels, code: (value) => placeOf[value], brushes };
}

/**
 * @param {Param} param
 * @param {ArrayLike<number>} values
 * @returns {Cut | null} Null where they are many.
 */
function fewValues(param, values) {
  const known = Array.from(values).filter((v) => !Number.isNaN(v));
  const distinct = [...new Set(known)].sort((a, b) => a - b);
  if (distinct.length > Math.min(FEW, known.length / TRIALS_EACH)) return null;
  return {
    labels: distinct.map(paramAxis(param).format),
    code: (value) => distinct.indexOf(value),
    brushes: distinct.map((v) => ({ intervals: [[v, v]] })),
  };
}

/**
 * @param {Param} param
 * @param {number} atMost
 * @returns {Cut}
 */
function bins(param, atMost) {
  const edges = cellEdges(param, atMost);
  const { toUnit } = paramAxis(param);
  const last = edges.length - 2;
  return {
    labels: edges.slice(1).map((end, k) => cellLabel(param, edges[k], end)),
    brushes: edges.slice(1).map((end, k) => ({ intervals: [cellEnds(param, edges[k], end)] })),
    code: (value) => {
      const unit = toUnit(value);
      let k = 0;
      while (k < last && unit >= edges[k + 1]) k++;
      return k;
    },
  };
}

/** @param {Float64Array} values Ascending. */
function reach(values) {
  if (!values.length) return '';
  const [low, high] = [number(values[0], 3), number(values[values.length - 1], 3)];
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
 * @param {Options} options
 * @returns {Options}
 */
function tried({ name, labels, codes, brushes }) {
  const used = labels.map(() => false);
  for (const code of codes) if (code >= 0) used[code] = true;
  /** @type {number[]} */
  const kept = labels.flatMap((_, k) => (used[k] ? [k] : []));
  const placeOf = labels.map((_, k) => kept.indexOf(k));
  return {
    name,
    labels: kept.map((k) => labels[k]),
    codes: codes.map((code) => (code >= 0 ? placeOf[code] : -1)),
    brushes: kept.flatMap((k) => brushes[k] ?? []),
  };
}
