/** Attributes that are tables: lists of lists of numbers (a confusion matrix), or named numbers. */

import { cut, element } from '../../shell/dom.js';
import { integer, number } from '../../chart/scales.js';

const MOST = 20; // rows and columns

/** Counts have all their digits. @param {number} value */
const counted = (value) => (Number.isInteger(value) ? integer(value) : number(value, 3));

/**
 * A table of an attribute; null if it is none.
 *
 * @param {unknown} value
 * @returns {HTMLTableElement | null}
 */
export function tableOf(value) {
  if (
    Array.isArray(value) &&
    value.length > 1 &&
    value.every(isNumbers) &&
    value.every((row) => row.length === value[0].length)
  )
    return matrix(value);
  if (value && typeof value === 'object' && !Array.isArray(value)) {
    const entries = Object.entries(value).filter(
      ([, v]) => typeof v === 'number' || typeof v === 'string',
    );
    if (entries.length) {
      return element(
        'table',
        { class: 'named' },
        ...entries
          .slice(0, MOST)
          .map(([name, v]) =>
            element(
              'tr',
              {},
              element('th', { scope: 'row', title: name, text: cut(name, 24) }),
              element('td', { text: typeof v === 'number' ? (Number.isInteger(v) ? integer(v) : number(v)) : cut(v, 24) }),
            ),
          ),
      );
    }
  }
  return null;
}

/** @param {unknown} row @returns {row is number[]} */
function isNumbers(row) {
  return Array.isArray(row) && row.length > 0 && row.every((v) => typeof v === 'number');
}

/** Cells as dark as their share of the row: the rows of a confusion matrix differ in size. @param {number[][]} rows */
function matrix(rows) {
  const isSquare = rows.length === rows[0].length;
  return element(
    'table',
    { class: 'matrix', title: isSquare ? 'shade: share of the row' : '' },
    ...rows.slice(0, MOST).map((row) => {
      const sum = row.reduce((a, b) => a + Math.abs(b), 0) || 1;
      return element(
        'tr',
        {},
        ...row.slice(0, MOST).map((value) => {
          const cell = element('td', { text: counted(value) });
          cell.style.setProperty('--share', String(Math.round((Math.abs(value) / sum) * 100)));
          return cell;
        }),
      );
    }),
  );
}
