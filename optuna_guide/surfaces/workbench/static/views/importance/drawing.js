/** A row of the importances: dots for its parameters, a bar with a whisker, a number. */

import { FONT, fittedIn } from '../../chart/axes.js';
import { cut, element, svg } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { hideTip, showTip } from '../../shell/tooltip.js';

/**
 * @typedef {import('./rows.js').Row} Row
 *
 * @typedef {object} Plan Where things lie, in pixels.
 * @property {string[]} columns Names of the parameters that have a column of dots.
 * @property {number} width
 * @property {number} left Where bars start.
 * @property {(value: number) => number} length Of a bar.
 */

export const ROW = 22;
export const DOT = 18;
export const HEAD = 98;
const TILT = -58; // degrees: steeper than names of one line are high, so that none overlap
const SLANT = 86; // px of a name, which end below what stands above

/**
 * The name of a column over its square.
 * @param {string} name
 * @param {number} i
 * @param {{ isChosen: boolean, isFocused: boolean, toggle: () => void }} how
 */
export function drawHead(name, i, { isChosen, isFocused, toggle }) {
  const x = i * DOT + DOT / 2;
  return svg(
    'g',
    {
      class: 'head',
      tabindex: 0,
      role: 'checkbox',
      'aria-checked': String(isChosen),
      'aria-label': `${name} among those together`,
      on: { click: toggle, keydown: keys(toggle) },
    },
    svg('title', { text: `${name}: tick several for their importance together` }),
    svg('text', {
      x: x + 3,
      y: HEAD - 20,
      transform: `rotate(${TILT} ${x + 3} ${HEAD - 20})`,
      text: fittedIn(FONT, name, SLANT),
      class: isFocused ? 'focused' : '',
    }),
    svg('rect', {
      x: x - 5,
      y: HEAD - 15,
      width: 10,
      height: 10,
      rx: 2,
      class: isChosen ? 'box on' : 'box',
    }),
  );
}

/**
 * @param {Row} row
 * @param {number} r
 * @param {Plan} plan
 * @param {{ isFocused: boolean, open: () => void }} how
 */
export function drawRow(row, r, plan, { isFocused, open }) {
  const { names, value, spread } = row;
  const y = HEAD + r * ROW + ROW / 2;
  const group = svg(
    'g',
    {
      class: `row${isFocused ? ' focused' : ''}`,
      tabindex: 0,
      role: 'button',
      'aria-label': `${names.join(' × ')}: ${percent(value)}${spread ? ` ± ${percent(spread)}` : ''}`,
      'aria-pressed': String(isFocused),
      on: {
        click: open,
        keydown: keys(open),
        pointermove: (/** @type {PointerEvent} */ event) => tell(row, event),
        pointerleave: hideTip,
      },
    },
    svg('rect', { x: 0, y: y - ROW / 2, width: plan.width, height: ROW, class: 'back' }),
  );
  group.append(...drawDots(names, plan.columns, y), ...drawBar(row, plan, y));
  return group;
}

/** @param {Row} row @param {PointerEvent} event */
function tell({ names, value, spread, of }, event) {
  showTip(
    event.clientX,
    event.clientY,
    element('b', { text: names.map((name) => cut(name, 40)).join(' × ') }),
    element('div', {
      text: `${percent(value)} ${of}${spread ? `, ± ${percent(spread)} over the trees` : ''}`,
    }),
  );
}

/**
 * @param {string[]} names
 * @param {string[]} columns
 * @param {number} y
 */
function drawDots(names, columns, y) {
  const at = names.map((name) => columns.indexOf(name)).filter((i) => i >= 0);
  const middle = (/** @type {number} */ i) => i * DOT + DOT / 2;
  const dots = columns.map((_, i) =>
    svg('circle', { cx: middle(i), cy: y, r: 4.5, class: at.includes(i) ? 'dot on' : 'dot' }),
  );
  if (at.length < 2) return dots;
  const [x1, x2] = at.map(middle);
  return [...dots, svg('line', { x1, x2, y1: y, y2: y, class: 'joint' })];
}

/**
 * @param {Row} row
 * @param {Plan} plan
 * @param {number} y
 */
function drawBar({ names, value, spread }, { left, length }, y) {
  /** @type {SVGElement[]} */
  const parts = [
    svg('rect', {
      x: left,
      y: y - 7,
      width: Math.max(length(value), 1),
      height: 14,
      rx: 2,
      class: names.length > 1 ? 'bar pair' : 'bar',
    }),
  ];
  if (spread) {
    const [x1, x2] = [Math.max(0, value - spread), value + spread].map((v) => left + length(v));
    parts.push(svg('line', { x1, x2, y1: y, y2: y, class: 'whisker' }));
  }
  const x = left + length(value + spread) + 5;
  parts.push(svg('text', { x, y: y + 4, class: 'number', text: percent(value) }));
  return parts;
}

/** @param {() => void} act */
function keys(act) {
  return (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act();
  };
}
