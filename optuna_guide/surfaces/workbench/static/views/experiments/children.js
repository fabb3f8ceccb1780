/** What was made from the parent, and what it gained. */

import { number } from '../../chart/scales.js';
import { drawSpark } from '../../chart/spark.js';
import { button, element, replace } from '../../shell/dom.js';
import { openComparison } from '../kept/comparison.js';
import { commonReach, drawChanges, drawInterval, growth, signed } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').ChildAnswer} Child
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 */

/** @param {HTMLElement} node @param {Bench} bench */
export function drawChildren(node, bench) {
  const { family, parent } = bench;
  const children = [...(family?.children ?? []), ...(family?.descendants ?? [])].filter(
    ({ state }) => state !== 'cancelled',
  );
  const heading = element('h2', {
    text: `Children${parent === null ? '' : ` of trial ${parent}`}`,
  });
  if (!family || !children.length) {
    const words = family ? 'None yet: enqueue a candidate.' : '…';
    replace(node, heading, element('p', { class: 'empty', text: words }));
    return;
  }
  replace(
    node,
    heading,
    element('div', { class: 'scrolls' }, table(bench, family, children)),
    comparing(bench, family, children),
    ...family.notes.map((text) => element('p', { class: 'foot', text })),
  );
}

/** @param {Bench} bench @param {Family} family @param {Child[]} children */
function table(bench, family, children) {
  const sizes = family.sizes.filter((name) => children.some((c) => name in c.attributes));
  const reach = commonReach(
    children.flatMap(({ delta }) => [
      {
        low: delta?.low ?? delta?.value ?? 0,
        high: delta?.high ?? delta?.value ?? 0,
      },
    ]),
  );
  const heads = ['', 'change', family.target, 'Δ', '', ...sizes, ''];
  return element(
    'table',
    { class: 'trials' },
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { text })))),
    element('tbody', {}, ...children.map((child) => row(bench, family, child, sizes, reach))),
  );
}

/**
 * @param {Bench} bench
 * @param {Family} family
 * @param {Child} child
 * @param {string[]} sizes
 * @param {{ low: number, high: number }} reach
 */
function row(bench, family, child, sizes, reach) {
  const { number: n, parent, delta, state } = child;
  const link = button(`#${n}`, () => bench.setParent(n), {
    class: 'plain link',
    title: 'Make this trial the parent',
    disabled: state !== 'complete',
  });
  const grand = parent !== family.parent;
  return element(
    'tr',
    { class: state, 'data-trial': n },
    element('td', {}, grand && element('small', { text: `${parent} › ` }), link),
    element('td', {}, drawChanges(child.changes, child.change)),
    element('td', { class: 'number', text: child.value === null ? state : number(child.value) }),
    element(
      'td',
      { class: 'number', title: inNoise(child) },
      delta && element('b', { text: gain(child) }),
    ),
    element('td', {}, drawGain(child, reach) ?? drawSpark(reportedNow(bench, child))),
    ...sizes.map((name) => element('td', { class: 'number', text: sizeOf(family, child, name) })),
    element('td', { class: 'mute', text: judged(child) }),
  );
}

/** What it reported last: the queue is asked for more often. @param {Bench} bench @param {Child} child */
function reportedNow({ queue }, child) {
  return queue?.running.find(({ number: n }) => n === child.number)?.curve ?? child.curve;
}

/** The parent and its children side by side, to look at and to export. @param {Bench} bench @param {Family} family @param {Child[]} children */
function comparing({ workbench }, family, children) {
  const ended = children.filter(({ value }) => value !== null).map(({ number: n }) => n);
  const rows = [family.parent, ...ended].map((n) => workbench.rowOf(n)).filter((row) => row >= 0);
  const compare = () => openComparison(workbench, rows);
  return (
    ended.length > 0 &&
    element('div', { class: 'actions' }, button('Compare', compare, { class: 'quiet' }))
  );
}

/** @param {Child} child */
function inNoise({ delta }) {
  const times = delta?.in_noise ?? null;
  return times === null ? undefined : `${signed(times)} standard deviations of the noise`;
}

/** @param {Child} child */
function gain({ delta }) {
  if (!delta) return '';
  const reach = delta.low === null ? '' : ` ± ${number(delta.value - delta.low, 2)}`;
  return signed(delta.value) + reach;
}

/** @param {Child} child @param {{ low: number, high: number }} reach */
function drawGain({ delta }, reach) {
  if (!delta) return null;
  const { value, verdict } = delta;
  const mood = verdict === 'better' ? 'good' : verdict === 'worse' ? 'bad' : '';
  return drawInterval(value, delta.low ?? value, delta.high ?? value, reach, mood);
}

/** @param {Family} family @param {Child} child @param {string} name */
function sizeOf(family, child, name) {
  const [own, before] = [child.attributes[name], family.attributes[name]];
  if (own === undefined) return '';
  return before > 0 ? growth(own / before) : number(own);
}

/** @param {Child} child */
function judged({ delta, as_expected: asExpected }) {
  if (!delta) return '';
  const words = delta.verdict === 'unknown' ? '' : delta.verdict;
  const hoped = asExpected === null ? '' : asExpected ? 'as expected' : 'unexpected';
  return [words, hoped].filter(Boolean).join(', ');
}
