/** Numbers and little pictures of experiments. */

import { button, element, svg } from '../../shell/dom.js';
import { number } from '../../chart/scales.js';

/**
 * @typedef {{ low: number, high: number }} Reach
 */

const WIDTH = 88;

/** A difference with its sign. @param {number | null} value */
export function signed(value) {
  if (value === null) return '–';
  const words = number(Math.abs(value), 3);
  return words === '0' ? '0' : `${value > 0 ? '+' : '−'}${words}`;
}

/**
 * A difference and its interval, left out where both ends read alike.
 * @param {number} value
 * @param {number | null} low
 * @param {number | null} high
 */
export function difference(value, low, high) {
  const ends = [signed(low), signed(high)];
  return ends[0] === ends[1] ? signed(value) : `${signed(value)} [${ends.join(' … ')}]`;
}

/**
 * How a difference is coloured.
 * @param {{ verdict: string } | null} delta
 * @returns {'good' | 'bad' | ''}
 */
export function moodOf(delta) {
  if (delta?.verdict === 'better') return 'good';
  return delta?.verdict === 'worse' ? 'bad' : '';
}

/** What a share of the parent's size is more or less. @param {number} share */
export function growth(share) {
  const more = Math.round(100 * Math.abs(share - 1));
  return more ? `${share > 1 ? '+' : '−'}${more} %` : '±0 %';
}

/** One reach for all intervals, so that they can be compared; zero lies within. @param {Reach[]} found @returns {Reach} */
export function commonReach(found) {
  return {
    low: Math.min(0, ...found.map(({ low }) => low)),
    high: Math.max(0, ...found.map(({ high }) => high)),
  };
}

/**
 * A difference and its interval beside nothing gained.
 *
 * @param {number} value
 * @param {number} low
 * @param {number} high
 * @param {Reach} reach
 * @param {'good' | 'bad' | ''} mood
 */
export function drawInterval(value, low, high, reach, mood) {
  const wide = reach.high - reach.low || 1;
  const at = (/** @type {number} */ v) => 5 + ((v - reach.low) / wide) * (WIDTH - 10);
  const words = difference(value, low, high);
  return svg(
    'svg',
    { class: `interval ${mood}`, width: WIDTH, height: 14, role: 'img', 'aria-label': words },
    svg('title', { text: words }),
    svg('line', { class: 'nothing', x1: at(0), x2: at(0), y1: 0, y2: 14 }),
    svg('line', { class: 'reach', x1: at(low), x2: at(high), y1: 7, y2: 7 }),
    svg('circle', { cx: at(value), cy: 7, r: 3.5 }),
  );
}

/**
 * Changes as chips: what goes is red, what comes is green.
 *
 * @param {{ text: string, follows: boolean, before: number | null, after: number | null }[]} changes
 * @param {string} otherwise
 */
export function drawChanges(changes, otherwise) {
  if (!changes.length) return element('span', { class: 'change', text: otherwise });
  const nodes = changes.map(({ text, follows, before, after }) => {
    const mood = after === null ? 'goes' : before === null ? 'comes' : '';
    return element('span', { class: `change ${mood} ${follows ? 'follows' : ''}`, text });
  });
  return element('span', { class: 'changes' }, ...nodes);
}

/**
 * A button that asks once more before it acts; what it is about may change meanwhile.
 *
 * @param {import('./bench.js').Bench} bench
 * @param {string} key which button it is, when it is drawn anew
 * @param {string} text
 * @param {string} question
 * @param {() => void} act
 * @param {Record<string, unknown>} [properties]
 */
export function sureButton(bench, key, text, question, act, properties = {}) {
  const isAsked = bench.asking === key;
  const click = () => {
    bench.ask(isAsked ? '' : key);
    if (isAsked) act();
  };
  return button(isAsked ? question : text, click, {
    class: isAsked ? 'quiet sure' : 'quiet',
    'data-key': key,
    ...properties,
  });
}

/**
 * Draw anew what is drawn every few seconds: the focus stays where it was.
 *
 * @param {HTMLElement} node
 * @param {() => void} draw
 */
export function redraw(node, draw) {
  const { activeElement } = document;
  const name = node.contains(activeElement) ? nameOf(activeElement) : null;
  draw();
  if (name === null) return;
  for (const control of node.querySelectorAll('button, input'))
    if (nameOf(control) === name)
      /** @type {HTMLElement} */ (control).focus({ preventScroll: true });
}

/** @param {Element | null} control */
function nameOf(control) {
  const named = control?.getAttribute('data-key') ?? control?.getAttribute('aria-label');
  return named ?? control?.textContent ?? '';
}
