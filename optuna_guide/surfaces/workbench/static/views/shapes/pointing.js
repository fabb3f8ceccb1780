/** What the mouse finds on shape functions and on pairs. */

import { onDrag } from '../../chart/gestures.js';
import { binOf, sumOf } from '../../compute/shapes.js';
import { cut, element } from '../../shell/dom.js';
import { number, paramAxis } from '../../chart/scales.js';
import { paramKey } from '../../state/selection.js';
import { hideTip, showTip } from '../../shell/tooltip.js';
import { signed } from './term.js';

/**
 * @typedef {import('../../chart/frame.js').Frame} Frame
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./term.js').Term} Term
 * @typedef {import('./surface.js').Tile} Tile
 * @typedef {{ x: number, y: number }} Point
 */

/**
 * Tell what a value adds; a drag brushes a range of the parameter.
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @param {() => Term[]} terms
 */
export function pointAtTerms(frame, workbench, terms) {
  const find = (/** @type {Point} */ at) => terms().find(({ box }) => isInside(at, box, 4));
  frame.node.addEventListener('pointermove', (event) => {
    const at = frame.at(event);
    const term = event.buttons ? null : find(at);
    if (!term) {
      hideTip();
      return;
    }
    const { param, axis } = term;
    const { edges, score, error, counts } = term.about.shape;
    const k = binOf(edges, valueAt(term, at.x));
    const isChoice = param.kind === 'categorical';
    const range = isChoice
      ? axis.format(k)
      : `${axis.format(edges[k])} … ${axis.format(edges[k + 1])}`;
    const facts = `${signed(score[k])} ± ${number(error[k], 2)} · ${counts[k]} trial${counts[k] === 1 ? '' : 's'}`;
    showTip(
      event.clientX,
      event.clientY,
      element('b', { text: `${cut(param.name, 30)} ${cut(range, 40)}` }),
      element('div', { text: facts }),
    );
  });
  frame.node.addEventListener('pointerleave', hideTip);
  onDrag(frame, (from) => {
    const term = find(from);
    if (!term || term.param.kind === 'categorical') return null;
    const key = paramKey(term.param.name);
    const select = (/** @type {Point} */ to, /** @type {boolean} */ dragging) => {
      const [low, high] = [from, to].map(({ x }) => valueAt(term, x)).sort((a, b) => a - b);
      const label = `range of ${cut(term.param.name, 30)}`;
      workbench.brush(key, { intervals: [[low, high]] }, { label, dragging });
    };
    return {
      move: (_, to) => select(to, true),
      end: (_, to) => select(to, false),
      click: () => workbench.brush(key, null, { label: 'clear the range' }),
    };
  });
}

/**
 * Tell the three sums of a cell.
 * @param {Frame} frame
 * @param {() => Tile[]} tiles
 */
export function pointAtPairs(frame, tiles) {
  frame.node.addEventListener('pointermove', (event) => {
    const at = frame.at(event);
    const tile = tiles().find(({ box }) => isInside(at, box, 0));
    const sums = tile ? sumsAt(tile, at) : null;
    if (sums) showTip(event.clientX, event.clientY, ...sums);
    else hideTip();
  });
  frame.node.addEventListener('pointerleave', hideTip);
}

/**
 * @param {Tile} tile
 * @param {Point} at
 */
function sumsAt({ xs, ys, surface, first, second }, at) {
  const i = Math.max(
    xs.findLastIndex((x) => x <= at.x),
    0,
  );
  const j = Math.max(
    ys.findLastIndex((y) => y >= at.y),
    0,
  );
  if (i >= surface.x.length || j >= surface.y.length) return null;
  const value = (/** @type {'total' | 'pair' | 'mains'} */ part) => sumOf(surface, part)[i][j];
  const heads = /** @type {const} */ ([
    [first, surface.x[i]],
    [second, surface.y[j]],
  ]).map(([param, v]) =>
    element('b', { text: `${cut(param.name, 26)} ${cut(paramAxis(param).format(v), 20)}` }),
  );
  const lines = [
    ['both parameters', number(value('mains'))],
    ['only together', signed(value('pair'))],
    ['all together', number(value('total'))],
  ].map((words) => element('tr', {}, ...words.map((text) => element('td', { text }))));
  return [...heads.map((head) => element('div', {}, head)), element('table', {}, ...lines)];
}

/**
 * @param {Term} term
 * @param {number} x
 */
function valueAt({ axis, box }, x) {
  return axis.fromUnit((x - box.left) / (box.right - box.left));
}

/**
 * @param {Point} at
 * @param {import('../../chart/frame.js').Box} box
 * @param {number} margin
 */
function isInside({ x, y }, { left, top, right, bottom }, margin) {
  return x >= left - margin && x <= right + margin && y >= top && y <= bottom + margin;
}
