/** Pointing at a mean of the trellis, and selecting its trials. */

import { theme } from '../../chart/colours.js';
import { equals, number } from '../../chart/scales.js';
import { cut, element } from '../../shell/dom.js';
import { hideTip, showTip } from '../../shell/tooltip.js';

/**
 * @typedef {import('../../compute/options.js').Options} Options
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('./drawing.js').Cells} Cells
 * @typedef {import('./drawing.js').Dot & { isChosen: boolean }} Dot
 * @typedef {{ dots: Dot[], cells: Cells, all: Means[], chosen: Means[], q: Float64Array[] }} Shown
 *   chosen: means of the selected trials
 */

const REACH = 12; // pixels around a mean

/**
 * @param {import('../../chart/frame.js').Frame} frame
 * @param {() => Shown} shown
 * @param {(parts: [Options, number][]) => void} pick options that make up the clicked mean
 */
export function pointAtMeans(frame, shown, pick) {
  const { node } = frame;
  const find = (/** @type {MouseEvent} */ event) => nearestDot(shown().dots, frame.at(event));
  node.addEventListener('pointermove', (event) => {
    const dot = find(event);
    const over = frame.clear('over');
    node.style.cursor = dot ? 'pointer' : '';
    if (!dot) {
      hideTip();
      return;
    }
    over.strokeStyle = theme().hover;
    over.lineWidth = 1.5;
    over.beginPath();
    over.arc(dot.x, dot.y, 6.5, 0, 7);
    over.stroke();
    showTip(event.clientX, event.clientY, ...tell(shown(), dot));
  });
  node.addEventListener('pointerleave', () => {
    frame.clear('over');
    hideTip();
  });
  node.addEventListener('click', (event) => {
    const dot = find(event);
    if (dot) pick(partsOf(shown().cells, dot));
  });
}

/** @param {Dot[]} dots @param {{ x: number, y: number }} at */
function nearestDot(dots, at) {
  let [best, least] = [/** @type {Dot | null} */ (null), REACH ** 2];
  for (const dot of dots) {
    const distance = (dot.x - at.x) ** 2 + 4 * (dot.y - at.y) ** 2;
    if (distance <= least) [best, least] = [dot, distance];
  }
  return best;
}

/** @param {Shown} shown @param {Dot} dot */
function tell({ cells, all, chosen, q }, dot) {
  const { n, mean, half } = (dot.isChosen ? chosen : all)[dot.group];
  const words = partsOf(cells, dot).map(([{ name, labels }, k]) => {
    const nodes = [name, labels[k]].map((text) => element('td', { text: cut(text, 26) }));
    return element('tr', {}, ...nodes);
  });
  const trials = `mean of ${n[dot.at]} ${dot.isChosen ? 'selected ' : ''}trials`;
  const chance = q[dot.group][dot.at];
  const may = dot.differs ? 'differs from all others' : 'may differ by chance';
  const contrast = Number.isNaN(chance) ? '' : `${may}, q ${equals(chance)}`;
  return [
    element('b', { text: `${number(mean[dot.at])} ± ${number(half[dot.at], 2)}` }),
    element('span', { class: 'mute', text: ` ${trials}` }),
    element('table', {}, ...words),
    element('small', { text: contrast }),
  ];
}

/**
 * Options that make up a cell, without those that all trials have.
 *
 * @param {Cells} cells
 * @param {Dot} dot
 * @returns {[Options, number][]}
 */
function partsOf({ columns, colours, rows }, { group, codes: [column, row, colour] }) {
  /** @type {[Options, number][]} */
  const parts = [
    [columns, column],
    [colours, colour],
    [rows[group], row],
  ];
  return parts.filter(([{ brushes }]) => brushes.length);
}
