/** Options that trials can be grouped by: the cells that the server cut, of the rows that count. */

import { INACTIVE, NO_CELL } from '../rules.js';

/**
 * @typedef {import('../state/data.js').Cells} Cells
 * @typedef {import('../state/selection.js').Brush} Brush
 *
 * @typedef {object} Options What each trial has of a parameter or an attribute.
 * @property {string} name
 * @property {string[]} labels In the order of the range; `inactive` is the last one.
 * @property {Int16Array} codes Index of each row's option; -1 where it has none.
 * @property {Brush[]} brushes What selects the option on the axis of a parameter; else empty.
 */

/**
 * Options of a parameter that were tried.
 * @param {{ name: string, cells: Cells }} param
 * @param {ArrayLike<number>} rows Rows that count; they are complete.
 * @returns {Options}
 */
export function paramOptions({ name, cells }, rows) {
  const n = cells.labels.length;
  const codes = Int16Array.from(rows, (row) => Math.min(cells.codes[row], n));
  const labels = [...cells.labels, INACTIVE];
  const brushes = [...cells.ranges, { intervals: [], inactive: true }];
  return tried({ name, labels, codes, brushes });
}

/**
 * Options of numbers without a declared range.
 * @param {{ name: string, cells: Cells }} target
 * @param {ArrayLike<number>} rows
 * @returns {Options}
 */
export function attributeOptions({ name, cells }, rows) {
  const codes = Int16Array.from(rows, (row) =>
    cells.codes[row] === NO_CELL ? -1 : cells.codes[row],
  );
  return tried({ name, labels: cells.labels, codes, brushes: [] });
}

/**
 * Options of a column that has names already; the most frequent ones where there are many.
 * @param {string} name
 * @param {string[]} words
 * @param {ArrayLike<number>} codes -1 = none.
 * @param {number} atMost
 * @returns {Options}
 */
export function namedOptions(name, words, codes, atMost) {
  const counts = new Float64Array(words.length);
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0) counts[codes[i]] += 1;
  const nUsed = counts.reduce((n, count) => n + Number(count > 0), 0);
  if (nUsed <= atMost)
    return tried({ name, labels: words, codes: Int16Array.from(codes), brushes: [] });
  const order = Array.from(counts, (_, k) => k).sort((a, b) => counts[b] - counts[a] || a - b);
  const kept = order.slice(0, atMost - 1).sort((a, b) => a - b);
  const labels = [...kept.map((k) => words[k]), `${nUsed - kept.length} others`];
  const placed = Int16Array.from(codes, (code) => {
    const place = kept.indexOf(code);
    return code >= 0 && place < 0 ? kept.length : place;
  });
  return tried({ name, labels, codes: placed, brushes: [] });
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
