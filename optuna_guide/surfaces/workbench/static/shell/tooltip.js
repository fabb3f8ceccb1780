/** The one tooltip of the page; it speaks of a trial, or says a sentence. */

import { drawChip } from '../chart/chips.js';
import { cut, element, replace } from './dom.js';
import { STATE_NAMES } from '../chart/colours.js';
import { home } from '../chart/home.js';
import { number, paramAxis } from '../chart/scales.js';

const MOST = 14; // parameters that a tooltip lists

const box = element('div', { class: 'tooltip', role: 'tooltip', hidden: true });

/**
 * Show lines of text at a point of the window.
 *
 * @param {number} x
 * @param {number} y
 * @param {...import('./dom.js').Child} content
 */
export function showTip(x, y, ...content) {
  if (box.parentNode !== home()) home().append(box);
  replace(box, ...content);
  box.hidden = false;
  box.style.left = box.style.top = '0';
  const { width, height, left: startX, top: startY } = box.getBoundingClientRect();
  const left = x + 16 + width > window.innerWidth ? x - width - 12 : x + 16;
  const top = Math.min(y + 12, window.innerHeight - height - 6);
  // a notebook that moves its cells moves what is fixed inside of them, too
  box.style.left = `${Math.max(4, left) - startX}px`;
  box.style.top = `${Math.max(4, top) - startY}px`;
}

export function hideTip() {
  box.hidden = true;
}

/**
 * What a trial is: number, state, target, parameters.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {number} row
 * @returns {Node[]}
 */
export function describeTrial(workbench, row) {
  const { data, targetColumn } = workbench;
  const value = targetColumn.values[row];
  const decision = data.decision.labels[data.decision.codes[row]];
  const words = [STATE_NAMES[data.state[row]], decision, !data.feasible[row] && 'infeasible'];
  const active = data.params.filter((param) => !Number.isNaN(param.values[row]));
  const ordered = workbench.guidance
    ? [...active].sort((a, b) => weight(workbench, b.name) - weight(workbench, a.name))
    : active;
  const other = compared(workbench, row);
  const rows = ordered.slice(0, MOST).map((param) =>
    element(
      'tr',
      {
        class: other >= 0 && param.values[other] !== param.values[row] ? 'differs' : '',
      },
      element('td', { text: cut(param.name, 26) }),
      element('td', { text: cut(paramAxis(param).format(param.values[row]), 26) }),
    ),
  );
  return [
    element('b', { text: `trial ${data.number[row]}` }),
    element('span', { class: 'mute', text: ` ${words.filter(Boolean).join(' · ')}` }),
    element(
      'table',
      {},
      element(
        'tr',
        { class: 'first' },
        element('td', { text: cut(targetColumn.title, 44) }),
        element('td', { text: number(value, 5) }),
      ),
      ...rows,
    ),
    ...(ordered.length > MOST
      ? [element('small', { text: `and ${ordered.length - MOST} more` })]
      : []),
    drawChip(workbench, row, 'small'),
    ...(other < 0
      ? []
      : [element('small', { text: `bold: other than in trial ${data.number[other]}` })]),
  ];
}

/**
 * The trial that a tooltip compares with: the first one in the drawer, else the best one.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {number} row
 */
function compared(workbench, row) {
  const kept = workbench.kept
    .map((n) => workbench.rowOf(n))
    .find((one) => one >= 0 && one !== row);
  const best = workbench.order[0] ?? -1;
  return kept ?? (best === row ? -1 : best);
}

/** @param {import('./workbench.js').Workbench} workbench @param {string} name */
function weight(workbench, name) {
  return workbench.guidance?.params.find((p) => p.name === name)?.importance ?? 0;
}
