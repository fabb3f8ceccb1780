/** Where a trial comes from, and what was made from it. */

import { number } from '../../chart/scales.js';
import { button, element } from '../../shell/dom.js';
import { time } from '../../shell/time.js';
import { drawChanges, signed } from '../experiments/words.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('../../wire.js').ChildAnswer} Child
 * @typedef {import('../../wire.js').DetailAnswer} Detail
 */

/** Who asked for a trial, what it was to change, and what was expected. @param {Workbench} workbench @param {Detail} detail */
export function drawOrigin(workbench, { origin, attributes: { parent } }) {
  if (!origin) return null;
  const { kind, change, author, at, comment, target, expected, low, high } = origin;
  const row = typeof parent === 'number' ? workbench.rowOf(parent) : -1;
  const from = button(`#${parent}`, () => workbench.open(row), { class: 'plain link' });
  const who = [author && `by ${author}`, at && time(at)].filter(Boolean).join(', ');
  const hoped =
    expected !== null &&
    `Expected ${workbench.data.titleOf(target)}: ${number(expected)} (${number(low)} … ${number(high)}).`;
  return element(
    'section',
    {},
    element('h3', { text: 'Asked for' }),
    element('p', {}, kind, row >= 0 && ' from ', row >= 0 && from, change && `: ${change}`),
    element('p', { class: 'foot' }, [who, comment].filter(Boolean).join(' · ')),
    hoped && element('p', { class: 'foot', text: hoped }),
  );
}

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
