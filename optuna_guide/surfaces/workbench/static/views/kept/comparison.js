/** Trials side by side: results, what differs, curves and tables. */

import { byBlock } from '../../chart/params.js';
import { button, cut, element } from '../../shell/dom.js';
import { STATE_NAMES, tint } from '../../chart/colours.js';
import { number, paramAxis } from '../../chart/scales.js';
import { downloadCsv } from './csv.js';
import { askMore } from './more.js';

/** @typedef {import('../../shell/workbench.js').Workbench} Workbench */

const MOST_TRIALS = 12;

/**
 * Open the comparison over the page.
 *
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @param {number[]} rows
 */
export function openComparison(workbench, rows) {
  const shown = rows.slice(0, MOST_TRIALS);
  const more = element(
    'div',
    { class: 'comparison-more' },
    element('p', { class: 'mute', text: 'Asking for curves and attributes …' }),
  );
  const dialog = element(
    'dialog',
    {
      class: 'comparison',
      'aria-label': 'Comparison of kept trials',
      on: { close: () => dialog.remove() },
    },
    element(
      'div',
      { class: 'dialog-head' },
      element('h2', { text: `${shown.length} trials side by side` }),
      rows.length > MOST_TRIALS && element('small', { text: `of ${rows.length} kept` }),
      element('span', { class: 'space' }),
      button('CSV', () => downloadCsv(workbench, rows, 'kept-trials'), { class: 'quiet' }),
      button('Close', () => dialog.close(), { class: 'quiet' }),
    ),
    element('div', { class: 'scroll' }, mainTable(workbench, shown), more),
  );
  document.body.append(dialog);
  dialog.showModal();
  askMore(workbench, shown).then(
    (nodes) => more.replaceChildren(...nodes),
    (error) => {
      more.textContent = error.message;
    },
  );
}

/**
 * Results, then the parameters that differ, then those that all share.
 *
 * @param {Workbench} workbench
 * @param {number[]} rows
 */
function mainTable(workbench, rows) {
  const lines = linesOf(workbench, rows);
  const differing = lines.filter((line) => line.differs);
  const alike = lines.filter((line) => !line.differs);
  const isAlone = rows.length === 1;
  const section = (/** @type {string} */ name) =>
    element('tr', { class: 'section' }, element('th', { colspan: rows.length + 1, text: name }));
  return element(
    'table',
    { class: 'side-by-side' },
    element('thead', {}, headRow(workbench, rows)),
    element(
      'tbody',
      {},
      section('Results'),
      ...resultRows(workbench, rows),
      stateRow(workbench, rows),
      section(differing.length ? 'Parameters that differ' : 'All parameters are equal'),
      ...differing.map((line) => paramRow(line, true)),
      alike.length > 0 && !isAlone && section('Alike'),
      ...alike.map((line) => paramRow(line, isAlone)),
    ),
  );
}

/**
 * @typedef {{ value: number, text: string, unit: number, isNumber: boolean }} Cell
 * @typedef {{ param: import('../../state/data.js').Param, cells: Cell[], differs: boolean }} Line
 */

/**
 * A line per parameter that any of the trials has, the most important first.
 * @param {Workbench} workbench
 * @param {number[]} rows
 * @returns {Line[]}
 */
function linesOf(workbench, rows) {
  const lines = byBlock(workbench).map((param) => {
    const axis = paramAxis(param);
    const cells = rows.map((row) => ({
      value: param.values[row],
      text: Number.isNaN(param.values[row]) ? 'inactive' : axis.format(param.values[row]),
      unit: axis.toUnit(param.values[row]),
      isNumber: param.kind !== 'categorical',
    }));
    return { param, cells, differs: cells.some(({ value }) => !Object.is(value, cells[0].value)) };
  });
  return lines.filter(({ cells }) => cells.some((cell) => cell.text !== 'inactive'));
}

/** @param {Line} line @param {boolean} isBold */
function paramRow({ param, cells }, isBold) {
  const nodes = cells.map(({ text, unit, isNumber }) => {
    const look = text === 'inactive' ? 'mute' : isBold ? 'differs' : '';
    const node = element(
      'td',
      { class: look, title: text },
      element('span', { text: cut(text, 22) }),
    );
    if (isBold && isNumber && !Number.isNaN(unit)) {
      const bar = element('i');
      bar.style.width = `${Math.round(unit * 56)}px`;
      node.append(bar);
    }
    return node;
  });
  return element('tr', {}, rowName(param.name), ...nodes);
}

/** @param {string} name */
function rowName(name) {
  return element('th', { scope: 'row', title: name, text: cut(name, 34) });
}

/** @param {Workbench} workbench @param {number[]} rows */
function headRow({ data }, rows) {
  const nodes = rows.map((row, i) => {
    const swatch = element('span', { class: 'swatch' });
    swatch.style.background = tint(i);
    return element('th', { scope: 'col' }, swatch, `#${data.number[row]}`);
  });
  return element('tr', {}, element('th', { text: 'trial' }), ...nodes);
}

/** @param {Workbench} workbench @param {number[]} rows */
function resultRows(workbench, rows) {
  const { data, targetColumn } = workbench;
  const best = rows.reduce((a, b) => (workbench.loss(b) < workbench.loss(a) ? b : a), rows[0]);
  const shown = data.targets.filter((t) => rows.some((row) => !Number.isNaN(t.values[row])));
  return shown.map(({ name, title, values }) => {
    const isTarget = name === targetColumn.name;
    const cells = rows.map((row) =>
      element('td', {
        class: isTarget && row === best ? 'best' : '',
        text: number(values[row], 5),
      }),
    );
    return element('tr', { class: isTarget ? 'target' : '' }, rowName(title), ...cells);
  });
}

/** @param {Workbench} workbench @param {number[]} rows */
function stateRow({ data }, rows) {
  const cells = rows.map((row) => {
    const words = [
      STATE_NAMES[data.state[row]],
      data.decision.labels[data.decision.codes[row]],
      !data.feasible[row] && 'infeasible',
    ];
    return element('td', { text: words.filter(Boolean).join(', ') });
  });
  return element('tr', {}, rowName('state'), ...cells);
}
