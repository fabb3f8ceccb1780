/** What was made from the parent, and what it gained. */

import { number } from '../../chart/scales.js';
import { drawSpark } from '../../chart/spark.js';
import { button, element, replace } from '../../shell/dom.js';
import { openComparison } from '../kept/comparison.js';
import { drawGains } from './gains.js';
import { findBranches } from './tree.js';
import { commonReach, drawChanges, drawInterval, growth, moodOf, signed } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('../../wire.js').ChildAnswer} Child
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('./tree.js').Branch} Branch
 */

/** @param {HTMLElement} node @param {Bench} bench */
export function drawChildren(node, bench) {
  const { family, parent } = bench;
  const branches = family ? findBranches(family) : [];
  const children = branches.map(({ child }) => child);
  const heading = element('h2', {
    text: `Children${parent === null ? '' : ` of trial ${parent}`}`,
  });
  const sizes = family?.sizes.filter((s) => children.some((c) => s in c.attributes)) ?? [];
  if (!family || !children.length) {
    const words = family ? 'None yet: enqueue a candidate.' : '…';
    replace(node, heading, element('p', { class: 'empty', text: words }));
    return;
  }
  replace(
    node,
    heading,
    element(
      'div',
      { class: 'family' },
      element('div', { class: 'scrolls' }, table(bench, family, branches, sizes)),
      drawGains(bench, family, children, sizes),
    ),
    comparing(bench, family, children),
    ...family.notes.map((text) => element('p', { class: 'foot', text })),
  );
}

/** @param {Bench} bench @param {Family} family @param {Branch[]} branches @param {string[]} sizes */
function table(bench, family, branches, sizes) {
  const reach = commonReach(
    branches.flatMap(({ child: { delta } }) => [
      {
        low: delta?.low ?? delta?.value ?? 0,
        high: delta?.high ?? delta?.value ?? 0,
      },
    ]),
  );
  const hasNoise = branches.some(({ child }) => (child.delta?.in_noise ?? null) !== null);
  const noise = hasNoise ? ['in noise'] : [];
  const target = bench.workbench.data.titleOf(family.target);
  const heads = ['', 'change', target, 'Δ', '', ...noise, ...sizes, ''];
  return element(
    'table',
    { class: 'trials' },
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { text })))),
    element(
      'tbody',
      {},
      ...branches.map((branch) => row(bench, family, branch, { sizes, reach, hasNoise })),
    ),
  );
}

/**
 * @param {Bench} bench
 * @param {Family} family
 * @param {Branch} branch
 * @param {{ sizes: string[], reach: { low: number, high: number }, hasNoise: boolean }} columns
 */
function row(bench, family, { child, guide }, { sizes, reach, hasNoise }) {
  const { number: n, delta, state } = child;
  const link = button(`#${n}`, () => bench.setParent(n), {
    class: 'plain link',
    title: 'Make this trial the parent',
    disabled: state !== 'complete',
  });
  return element(
    'tr',
    { class: state, 'data-trial': n },
    element('td', { class: 'tree' }, element('span', { text: guide }), link),
    element('td', {}, drawChanges(child.changes, child.change)),
    element('td', { class: 'number', text: child.value === null ? state : number(child.value) }),
    element('td', { class: 'number' }, delta ? element('b', { text: gain(child) }) : lost(child)),
    element('td', {}, drawGain(child, reach) ?? drawSpark(reportedNow(bench, child))),
    hasNoise && element('td', { class: 'number', ...inNoise(child) }),
    ...sizes.map((name) => element('td', { class: 'number', text: sizeOf(family, child, name) })),
    element('td', { class: `verdict-cell mute ${moodOf(delta)}`, text: judged(child) }),
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
  if (times === null) return {};
  const title = `${signed(times)} standard deviations of the noise of repeated trials`;
  return { text: `${times > 0 ? '+' : '−'}${Math.abs(times).toFixed(1)} σ`, title };
}

/** @param {Child} child */
function gain({ delta }) {
  if (!delta) return '';
  const isCertain = delta.low === null || delta.low === delta.high;
  const reach = isCertain ? '' : ` ± ${number(delta.value - Number(delta.low), 2)}`;
  return signed(delta.value) + reach;
}

/** Where a pruned child stood when it was ended. @param {Child} child */
function lost({ pruned }) {
  if (!pruned) return null;
  const { step, value, parent_value: before, delta, lost: isBehind } = pruned;
  const title = `${number(value)} at step ${step}, where the parent had ${number(before)}`;
  const text = `${signed(delta)} at step ${step}`;
  return element('span', { class: isBehind ? 'bad' : '', text, title });
}

/** @param {Child} child @param {{ low: number, high: number }} reach */
function drawGain({ delta }, reach) {
  if (!delta) return null;
  const { value } = delta;
  return drawInterval(value, delta.low ?? value, delta.high ?? value, reach, moodOf(delta));
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
