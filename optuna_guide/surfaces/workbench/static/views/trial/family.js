/** Where a trial comes from, and what was made from it. */

import { number } from '../../chart/scales.js';
import { button, element } from '../../shell/dom.js';
import { drawChanges, signed } from '../experiments/words.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('../../wire.js').ChildAnswer} Child
 */

/** @param {Workbench} workbench @param {Family | null} family */
export function drawFamily(workbench, family) {
  const children = [...(family?.children ?? []), ...(family?.descendants ?? [])];
  if (!children.length) return null;
  return element(
    'section',
    {},
    element('h3', { text: 'Children' }),
    element('table', { class: 'facts' }, ...children.map((child) => line(workbench, child))),
  );
}

/** @param {Workbench} workbench @param {Child} child */
function line(workbench, { number: n, state, value, delta, changes, change }) {
  const open = () => workbench.open(workbench.rowOf(n));
  const judged = delta && delta.verdict !== 'unknown' ? delta.verdict : '';
  return element(
    'tr',
    {},
    element(
      'th',
      { scope: 'row' },
      button(`#${n}`, open, { class: 'plain link', disabled: workbench.rowOf(n) < 0 }),
    ),
    element('td', { class: 'mute' }, drawChanges(changes, change)),
    element('td', { text: value === null ? state : number(value, 5) }),
    element('td', { text: delta ? signed(delta.value) : '', title: judged }),
    element('td', { class: 'mute', text: judged }),
  );
}
