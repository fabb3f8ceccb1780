/** What the signs of a history mean. */

import { element, svg } from '../../shell/dom.js';
import { linksOf } from '../../state/kin.js';
import { appliedOf } from './applied.js';
import { haveTracks } from './tracks.js';
import { SHAPES } from './marks.js';
import { PRUNED } from '../../rules.js';

const DRAWN = {
  circle: () => svg('circle', { cx: 6, cy: 6, r: 4 }),
  square: () => svg('rect', { x: 2.5, y: 2.5, width: 7, height: 7 }),
  diamond: () => svg('path', { d: 'M6 1 L11 6 L6 11 L1 6 Z' }),
  triangle: () => svg('path', { d: 'M6 1 L11 10 L1 10 Z' }),
};

/**
 * The signs that are there.
 * @param {import('./history.js').History} view
 * @returns {HTMLElement[]}
 */
export function legendOf(view) {
  const { decision, state } = view.workbench.data;
  const used = new Set(Array.from(decision.codes, (code) => decision.labels[code]));
  if (used.has('repaired')) used.add('guided');
  const kinds = ['startup', 'guided', 'explored', 'enqueued'].filter((kind) => used.has(kind));
  const found = kinds.map((kind) => element('span', {}, sign(SHAPES[kind] ?? 'circle', ''), kind));
  if (state.includes(PRUNED)) found.push(element('span', {}, sign('circle', 'hollow'), 'pruned'));
  if (view.corridors.length && view.order === 'trial') {
    const band = element('i', { class: 'swatch band' });
    found.push(element('span', {}, band, view.corridors[0].kind));
  }
  if (appliedOf(view).length) {
    found.push(element('span', {}, element('i', { class: 'swatch band applied' }), 'applied by a person'));
  }
  if (haveTracks(view)) {
    const track = svg('path', { d: 'M1 6 H11', class: 'track' });
    found.push(
      element('span', {}, sign('circle', 'small', track), 'evaluated before the last one'),
    );
  }
  if (linksOf(view.workbench.data).length)
    found.push(element('span', { text: '⌒ parent to child' }));
  return found;
}

/**
 * @param {import('./marks.js').Shape} shape
 * @param {string} look
 * @param {SVGElement} [more]
 */
function sign(shape, look, more) {
  const box = { width: 12, height: 12, 'aria-hidden': 'true', class: `sign ${look}` };
  return svg('svg', box, DRAWN[shape](), more);
}
