/** Trials as CSV. */

import { element } from '../../shell/dom.js';
import { STATE_NAMES } from '../../chart/colours.js';

/**
 * Save all columns of some trials.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {number[]} rows
 * @param {string} what begins the name of the file
 */
export function downloadCsv(workbench, rows, what) {
  const url = URL.createObjectURL(new Blob([csv(workbench, rows)], { type: 'text/csv' }));
  element('a', { href: url, download: `${what}-${workbench.data.study.id}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {import('../../shell/workbench.js').Workbench} workbench @param {number[]} rows */
export function csv({ data }, rows) {
  /** @type {[string, (row: number) => string | number][]} */
  const columns = [
    ['number', (row) => data.number[row]],
    ['state', (row) => STATE_NAMES[data.state[row]]],
  ];
  for (const { name, values } of data.targets) columns.push([name, (row) => known(values[row])]);
  for (const { name, kind, values, choices } of data.params) {
    const isChoice = kind === 'categorical';
    columns.push([name, (row) => (isChoice ? (choices[values[row]] ?? '') : known(values[row]))]);
  }
  for (const { name, labels, codes } of [data.decision, data.sampler, ...data.labels])
    columns.push([name, (row) => labels[codes[row]] ?? '']);
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, read]) => read(row))),
  ];
  return `${lines.map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

/** @param {number} value */
function known(value) {
  return Number.isNaN(value) ? '' : value;
}

/** A spreadsheet must not take a text for a formula. @param {unknown} value */
function field(value) {
  if (typeof value === 'number') return String(value);
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
