/** Trials as CSV. */

import { element } from '../../shell/dom.js';
import { STATE_NAMES } from '../../chart/colours.js';

/**
 * Save all columns of some trials.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {number[]} rows
 */
export function downloadCsv(workbench, rows) {
  const url = URL.createObjectURL(new Blob([csv(workbench, rows)], { type: 'text/csv' }));
  element('a', { href: url, download: `kept-trials-${workbench.data.study.id}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** @param {import('../../shell/workbench.js').Workbench} workbench @param {number[]} rows */
export function csv({ data }, rows) {
  const columns = [
    ['number', (/** @type {number} */ r) => data.number[r]],
    ['state', (/** @type {number} */ r) => STATE_NAMES[data.state[r]]],
    ...data.targets.map((t) => [
      t.name,
      (/** @type {number} */ r) => (Number.isNaN(t.values[r]) ? '' : t.values[r]),
    ]),
    ...data.params.map((p) => [
      p.name,
      (/** @type {number} */ r) =>
        Number.isNaN(p.values[r])
          ? ''
          : p.kind === 'categorical'
            ? p.choices[p.values[r]]
            : p.values[r],
    ]),
    ...data.labels.map((l) => [l.name, (/** @type {number} */ r) => l.labels[l.codes[r]] ?? '']),
  ];
  const lines = [
    columns.map(([name]) => name),
    ...rows.map((row) => columns.map(([, read]) => /** @type {any} */ (read)(row))),
  ];
  return `${lines.map((line) => line.map(field).join(',')).join('\r\n')}\r\n`;
}

/** A spreadsheet must not take a text for a formula. @param {unknown} value */
function field(value) {
  if (typeof value === 'number') return String(value);
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
