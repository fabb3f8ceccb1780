/** Pairs of options in words: those that stand out, and the one that is pointed at. */

import { equals, number, percent } from '../../chart/scales.js';
import { button, element } from '../../shell/dom.js';
import { showTip } from '../../shell/tooltip.js';
import { CHANCE, MIN_SUPPORT } from '../../rules.js';
import { liftColour } from './colours.js';

/**
 * @typedef {import('./counts.js').Counts} Counts
 * @typedef {[number, number]} Cell  row and column
 */

const MAX_LISTED = 5;

/** Lists of the pairs that are told apart from chance. @param {Counts} counts @param {(cell: Cell) => void} open */
export function drawStriking(counts, open) {
  const found = counts.striking();
  const more = found.filter(({ at }) => counts.ratio[at] > 1).slice(0, MAX_LISTED);
  const less = found.filter(({ at }) => counts.ratio[at] < 1).slice(-MAX_LISTED);
  const list = (/** @type {string} */ name, /** @type {typeof found} */ pairs) => [
    element('h3', { text: name }),
    ...pairs.map(({ i, j }) => drawPair(counts, [i, j], open)),
  ];
  if (!found.length)
    return [element('p', { class: 'mute', text: 'No pair is told apart from chance.' })];
  return [
    ...(more.length ? list('Selected more often', more) : []),
    ...(less.length ? list('Selected less often', less.reverse()) : []),
  ];
}

/** @param {Counts} counts @param {Cell} cell @param {(cell: Cell) => void} open */
function drawPair(counts, [i, j], open) {
  const { n, ratio, chosen, both } = counts;
  const at = i * n + j;
  const words = [j, i].map((k) => counts.option(k).words);
  const mark = element('i', { class: 'swatch' });
  mark.style.background = liftColour(ratio[at]);
  const look = { class: 'plain', title: words.join(' × ') };
  const link = button('', () => open([i, j]), look);
  link.append(...words.map((word) => element('span', { text: word })));
  const facts = `${number(ratio[at], 2)}× · ${chosen[at]} of ${both[at]}`;
  return element('div', { class: 'pair' }, mark, link, element('small', { text: facts }));
}

/** Show a tip for a cell. @param {Counts} counts @param {Cell} cell @param {number} x @param {number} y */
export function tellCell(counts, [i, j], x, y) {
  const { n, both, chosen, ratio, q } = counts;
  const at = i * n + j;
  const names = (i === j ? [i] : [i, j]).map((k) =>
    element('div', {}, element('b', { text: counts.option(k).words })),
  );
  if (Number.isNaN(both[at])) {
    showTip(x, y, ...names, element('div', { text: 'exclude each other' }));
    return;
  }
  const share = both[at] ? ` (${percent(chosen[at] / both[at])})` : '';
  const selected = `${chosen[at]} of ${both[at]} trials are selected${share}`;
  const lift = `lift ${number(ratio[at], 3)}× · ${q[at] < CHANCE ? '' : 'may be chance, '}q ${equals(q[at])}`;
  const few = `no lift of fewer than ${MIN_SUPPORT} trials`;
  const facts = [selected, Number.isNaN(ratio[at]) ? few : lift];
  showTip(x, y, ...names, ...facts.map((text) => element('div', { text })));
}
