/** Where an axis can be brushed, and what is brushed on it. */

import { cut, svg } from '../../shell/dom.js';
import { hideTip } from '../../shell/tooltip.js';
import { brushOf, brushedSpans, followBrush, spansByKey } from './brushing.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {import('./frame.js').Frame} Frame
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 */

/**
 * What is brushed on an axis.
 * @param {[number, number][]} spans heights from 0 to 1, the lower one first
 * @param {number} x
 * @param {number} bottom
 * @param {number} top
 * @returns {SVGElement[]}
 */
export function drawSpans(spans, x, bottom, top) {
  return spans.map(([a, b]) =>
    svg('rect', {
      x: x - 6,
      width: 12,
      y: bottom - b * (bottom - top),
      height: Math.max(2, (b - a) * (bottom - top)),
      rx: 2,
      class: 'brush',
    }),
  );
}

/**
 * @param {AxisColumn} column
 * @param {number} x
 * @param {Frame} frame
 * @param {Workbench} workbench
 * @returns {SVGElement[]}
 */
export function drawBrush(column, x, { top, bottom, station }, workbench) {
  const brush = workbench.brushes.get(column.key);
  /** @type {SVGElement[]} */
  const spans = drawSpans(brushedSpans(column, brush), x, bottom, top);
  if (brush?.inactive) spans.push(svg('circle', { cx: x, cy: station, r: 7, class: 'brush' }));
  return spans;
}

/**
 * Brush by a key; tells whether it meant anything.
 *
 * @param {AxisColumn} column
 * @param {Workbench} workbench
 * @param {string} key
 */
export function brushByKey(column, workbench, key) {
  const brush = workbench.brushes.get(column.key);
  const spans = spansByKey(brushedSpans(column, brush), key, column.axis.levels);
  if (spans === null) return false;
  const next = brushOf(workbench.data, column, spans, spans.length > 0 && Boolean(brush?.inactive));
  workbench.brush(column.key, next, { label: `brush ${cut(column.name, 20)}` });
  return true;
}

/**
 * The part of an axis that hears the pointer.
 *
 * @param {AxisColumn} column
 * @param {number} i place of the axis
 * @param {Frame} frame
 * @param {Workbench} workbench
 */
export function drawHit(column, i, frame, workbench) {
  const { top, bottom } = frame;
  const brush = () => workbench.brushes.get(column.key);
  /** @param {PointerEvent} event */
  const pointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    hideTip();
    const marks = /** @type {SVGElement} */ (event.currentTarget).ownerSVGElement;
    followBrush(event, {
      spans: brushedSpans(column, brush()),
      height: bottom - top,
      unitAt: (e) =>
        (bottom - (e.clientY - (marks?.getBoundingClientRect().top ?? 0))) / (bottom - top),
      change: (spans, dragging) =>
        workbench.brush(
          column.key,
          brushOf(workbench.data, column, spans, Boolean(brush()?.inactive)),
          { label: `brush ${cut(column.name, 20)}`, dragging },
        ),
    });
  };
  return svg(
    'g',
    {},
    svg('rect', {
      x: frame.x[i] - 12,
      width: 24,
      y: top - 6,
      height: bottom - top + 12,
      class: 'hit',
      'data-column': i,
      on: { pointerdown },
    }),
    ...(column.hasInactive ? drawStation(column, frame.x[i], frame, workbench) : []),
  );
}

/** The place below an axis that selects the trials without its parameter. @param {AxisColumn} column @param {number} x @param {Frame} frame @param {Workbench} workbench */
function drawStation(column, x, { station }, workbench) {
  const click = () => {
    const brush = workbench.brushes.get(column.key);
    const next = brushOf(workbench.data, column, brushedSpans(column, brush), !brush?.inactive);
    workbench.brush(column.key, next, { label: 'inactive' });
  };
  return [
    svg(
      'rect',
      { x: x - 26, width: 52, y: station - 10, height: 28, class: 'hit button', on: { click } },
      svg('title', { text: `${column.name} is inactive: click to select these trials` }),
    ),
    svg('text', {
      x,
      y: station + 17,
      class: 'tick quiet',
      'text-anchor': 'middle',
      text: 'inactive',
    }),
  ];
}
