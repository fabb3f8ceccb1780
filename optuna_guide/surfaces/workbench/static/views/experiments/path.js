/** The way from the defaults to a trial: what each step is expected to bring, and what it brought. */

import { number, paramAxis } from '../../chart/scales.js';
import { cut, element, svg } from '../../shell/dom.js';
import { box } from './picking.js';
import { drawChanges, signed } from './words.js';

/**
 * @typedef {import('./bench.js').Bench} Bench
 * @typedef {import('./bench.js').Path} Path
 * @typedef {(value: number) => number} Place
 */

const WIDTH = 130;

/** @param {Bench} bench @param {Path} path */
export function drawPath(bench, { start, steps }) {
  const stations = [start, ...steps];
  const values = stations.flatMap(({ value, measured }) => [value, measured]).filter(isTold);
  const low = Math.min(...values);
  const wide = Math.max(...values) - low || 1;
  const place = (/** @type {number} */ value) => 6 + ((value - low) / wide) * (WIDTH - 12);
  const { maximise, targetColumn } = bench.workbench;
  const rows = stations.map(({ candidate, value, measured }, i) => {
    const before = i > 0 ? stations[i - 1] : null;
    const after = before ? stepChanges(before.candidate.params, steps[i - 1].names, bench) : [];
    const gain = i > 0 ? steps[i - 1].gain : null;
    const isGood = gain !== null && (maximise ? gain > 0 : gain < 0);
    const bar = drawBar(place, before?.value ?? null, value, measured, isGood);
    return element(
      'tr',
      {},
      element('td', {}, box(bench, i, i ? steps[i - 1].names.join(', ') : 'the defaults')),
      element('td', {}, i ? drawChanges(after, '') : 'the defaults'),
      element('td', {}, bar),
      element('td', { class: 'number' }, element('b', { text: i ? signed(gain) : number(value) })),
      element('td', { class: 'number', text: measured === null ? '' : number(measured) }),
      element('td', { class: 'mute', text: candidate.tried.length ? candidate.verdict : '' }),
    );
  });
  const heads = ['', 'step', `expected ${targetColumn.title}`, 'gain', 'measured', ''];
  return element(
    'table',
    { class: 'trials' },
    element('thead', {}, element('tr', {}, ...heads.map((text) => element('th', { text })))),
    element('tbody', {}, ...rows),
  );
}

/**
 * What a step sets, in words.
 * @param {Record<string, number>} before
 * @param {string[]} names
 * @param {Bench} bench
 */
function stepChanges(before, names, bench) {
  const own = bench.row;
  return names.map((name, i) => {
    const value = bench.workbench.data.param(name)?.values[own] ?? NaN;
    const after = Number.isNaN(value) ? null : value;
    return { text: say(bench, name, after), before: before[name] ?? null, after, follows: i > 0 };
  });
}

/** @param {Bench} bench @param {string} name @param {number | null} value */
function say(bench, name, value) {
  const param = bench.workbench.data.param(name);
  return value === null || !param
    ? `− ${cut(name, 30)}`
    : `${cut(name, 30)} ${cut(paramAxis(param).format(value), 30)}`;
}

/**
 * A bar from the step before to this one; a ring where it was measured.
 * @param {Place} place
 * @param {number | null} before
 * @param {number | null} value
 * @param {number | null} measured
 * @param {boolean} isGood
 */
function drawBar(place, before, value, measured, isGood) {
  if (value === null) return null;
  const [from, to] = [place(before ?? value), place(value)];
  const x = Math.min(from, to);
  return svg(
    'svg',
    { class: `step ${isGood ? 'good' : before === null ? '' : 'bad'}`, width: WIDTH, height: 16 },
    svg('rect', { x: x - 1, y: 3, width: Math.abs(to - from) + 2, height: 10 }),
    measured !== null && svg('circle', { cx: place(measured), cy: 8, r: 4 }),
  );
}

/** @param {number | null} value @returns {value is number} */
function isTold(value) {
  return value !== null;
}
