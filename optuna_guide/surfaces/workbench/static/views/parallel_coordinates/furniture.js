/** What stands on the axes: ticks, colours of the target, ranges, estimates. */

import { spansOf } from '../../compute/bands.js';
import { cut, svg } from '../../shell/dom.js';
import { shade } from '../../chart/colours.js';
import { binsOf } from '../../state/estimates.js';
import { paramKey } from '../../state/selection.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {import('./frame.js').Frame} Frame
 */

const BAND = 9; // half the width of a promising range

/** The axis itself with its ticks.
 *
 * @param {AxisColumn} column
 * @param {number} x
 * @param {Frame} frame
 * @param {number} room px for the labels
 */
export function drawAxis(column, x, frame, room) {
  const { top, bottom, station } = frame;
  const y = (/** @type {number} */ unit) =>
    bottom - (column.isFlipped ? 1 - unit : unit) * (bottom - top);
  const group = svg(
    'g',
    { class: column.isTarget ? 'axis target' : 'axis' },
    svg('line', { x1: x, x2: x, y1: top, y2: bottom }),
  );
  const length = Math.max(3, Math.floor(room / 6.4));
  let last = Infinity;
  const ticks = column.axis.ticks(Math.min(10, Math.floor((bottom - top) / 34) + 1));
  for (const { unit, label } of [...ticks].sort((a, b) => y(b.unit) - y(a.unit))) {
    const at = y(unit);
    group.append(svg('line', { x1: x - 3, x2: x, y1: at, y2: at }));
    if (last - at < 11) continue;
    last = at;
    group.append(
      svg(
        'text',
        { x: x - 5, y: at + 3.5, class: 'tick', 'text-anchor': 'end', text: cut(label, length) },
        svg('title', { text: label }),
      ),
    );
  }
  if (column.hasInactive) {
    group.append(
      svg('line', { x1: x - 6, x2: x + 6, y1: station, y2: station, class: 'station' }),
    );
  }
  return group;
}

/** Colours of the target along its axis.
 *
 * @param {AxisColumn} column
 * @param {number} x
 * @param {Frame} frame
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function drawRamp(column, x, { top, bottom }, workbench) {
  const group = svg('g', { class: 'ramp' });
  const { order, goodness } = workbench;
  if (order.length < 2) return group;
  const pieces = 40;
  for (let k = 0; k < pieces; k += 1) {
    const height = (k + 0.5) / pieces;
    let [a, b] = [0, order.length - 1]; // order is best first, its heights descend
    while (a < b) {
      const middle = (a + b) >> 1;
      if (column.at[order[middle]] > height) a = middle + 1;
      else b = middle;
    }
    group.append(
      svg('rect', {
        x: x + 3,
        y: bottom - ((k + 1) / pieces) * (bottom - top),
        width: 6,
        height: (bottom - top) / pieces + 0.5,
        fill: shade(goodness[order[a]]),
      }),
    );
  }
  return group;
}

/** Promising ranges, and outlines of what is applied.
 *
 * @param {AxisColumn} column
 * @param {number} x
 * @param {Frame} frame
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function drawRanges(column, x, { top, bottom }, workbench) {
  const group = svg('g', { class: 'ranges' });
  if (column.isTarget || !workbench.showGuidance) return group;
  const box = (
    /** @type {[number, number]} */ [a, b],
    /** @type {string} */ name,
    /** @type {number} */ half,
  ) =>
    svg('rect', {
      x: x - half,
      width: 2 * half,
      y: bottom - b * (bottom - top),
      height: Math.max(2, (b - a) * (bottom - top)),
      rx: 3,
      class: name,
    });
  for (const span of spansOf(column.axis, workbench.guidanceOf(column.name)?.promising))
    group.append(box(span, 'promising', BAND));
  const applied = workbench.region?.current?.region;
  if (applied && Object.hasOwn(applied, column.name)) {
    for (const span of spansOf(column.axis, applied[column.name]))
      group.append(box(span, 'applied', BAND + 2.5));
  }
  return group;
}

/** Expected target per bin, as bars on the axes; one scale for all of them.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function drawEstimates(columns, frame, workbench) {
  const group = svg('g', { class: 'estimates' });
  const found = columns.flatMap((column, i) => {
    const bins =
      column.isTarget || !workbench.showGuidance ? null : binsOf(workbench, column.name);
    return bins ? [{ column, i, bins }] : [];
  });
  let [low, high] = [Infinity, -Infinity];
  for (const { bins } of found) {
    for (const mean of bins.mean) {
      if (mean === null) continue;
      if (mean < low) low = mean;
      if (mean > high) high = mean;
    }
  }
  const longest = Math.min(34, frame.gap * 0.36);
  for (const { column, i, bins } of found) {
    const isGiven = workbench.brushes.has(paramKey(column.name));
    let path = '';
    bins.mean.forEach((mean, k) => {
      if (mean === null) return;
      const share = high > low ? (mean - low) / (high - low) : 0.5;
      const size = 1 + longest * (workbench.maximise ? share : 1 - share);
      const [a, b] = [bins.edges[k], bins.edges[k + 1]].map(
        (edge) =>
          frame.bottom -
          (column.param?.kind === 'categorical'
            ? (edge + 0.5) / (column.axis.levels ?? 1)
            : column.axis.toUnit(edge)) *
            (frame.bottom - frame.top),
      );
      const x = frame.x[i] + 1;
      const space = Math.abs(a - b) > 12 ? 1 : 0;
      path += `M${x} ${a - space}H${x + size}V${b + space}H${x}Z`;
    });
    group.append(svg('path', { d: path, class: isGiven ? 'given' : 'estimate' }));
  }
  return group;
}
