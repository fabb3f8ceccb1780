/** What stands around the lines: axes, names, ticks, importances, ranges, estimates, brushes. */

import { cut, svg } from '../../dom.js';
import { shade } from '../../colours.js';
import { percent } from '../../scales.js';
import { binsOf } from '../../estimates.js';
import { paramKey } from '../../selection.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {{
 *   width: number, height: number, top: number, bottom: number, station: number, gap: number,
 *   x: number[], names: number, rows: number, arcs: number, strip: boolean,
 * }} Frame  px; names = baseline of the names, rows = 1 or 2 rows of them, arcs = top of the arcs
 */

const STRIP = 10;
const BAND = 9; // half the width of a promising range

/** The importances as one bar, with a link from each part to its axis.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @param {import('../../workbench.js').Workbench} workbench
 */
export function drawImportances(columns, frame, workbench) {
  const parts = columns.map((column, i) => ({
    i,
    share: column.isTarget ? 0 : (workbench.guidanceOf(column.name)?.importance ?? 0),
  }));
  const whole = parts.reduce((sum, part) => sum + part.share, 0);
  const group = svg('g', { class: 'importances' });
  if (whole <= 0) return group;
  const nParams = columns.filter((c) => !c.isTarget).length;
  const [left, right] = [frame.x[0], frame.x[Math.max(nParams - 1, 0)]];
  const room = Math.max(right - left, 60);
  let at = left;
  for (const { i, share } of parts) {
    if (share <= 0) continue;
    const width = (share / whole) * room;
    const middle = at + width / 2;
    const [x, y] = [frame.x[i], frame.names - 12 - (frame.rows === 2 && i % 2 === 0 ? 14 : 0)];
    group.append(
      svg(
        'rect',
        {
          x: at + 0.5,
          y: 0,
          width: Math.max(width - 1, 0.8),
          height: STRIP,
          rx: 1.5,
          class: 'share',
        },
        svg('title', { text: `${columns[i].name}: ${percent(share)} of what is explained` }),
      ),
      svg('path', {
        d: `M${middle} ${STRIP + 1}C${middle} ${(STRIP + y) / 2 + 4} ${x} ${(STRIP + y) / 2 - 4} ${x} ${y}`,
        class: 'link',
        'stroke-width': Math.max(0.6, Math.min(3, share * 6)),
      }),
    );
    at += width;
  }
  return group;
}

/** Interactions of the clicked parameter, as arcs to its partners.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @param {import('../../workbench.js').Workbench} workbench
 */
export function drawInteractions(columns, frame, workbench) {
  const group = svg('g', { class: 'interactions' });
  const [name] = workbench.focus;
  const from = columns.findIndex((c) => !c.isTarget && c.name === name);
  if (from < 0 || !workbench.guidance || !workbench.showGuidance) return group;
  const pairs = workbench.guidance.pairs.filter(
    (/** @type {any} */ p) => p.names.includes(name) && p.share > 0,
  );
  const most = Math.max(...pairs.map((/** @type {any} */ p) => p.share), 1e-9);
  const base = frame.top - 22;
  for (const pair of [...pairs].reverse()) {
    const other = pair.names[0] === name ? pair.names[1] : pair.names[0];
    const to = columns.findIndex((c) => !c.isTarget && c.name === other);
    if (to < 0) continue;
    const [a, b] = [frame.x[from], frame.x[to]];
    const rise = Math.min(base - frame.arcs, 14 + Math.abs(a - b) * 0.11);
    const isSecond = workbench.focus[1] === other;
    group.append(
      svg(
        'path',
        {
          d: `M${a} ${base}C${a} ${base - rise * 1.3} ${b} ${base - rise * 1.3} ${b} ${base}`,
          class: isSecond ? 'arc second' : 'arc',
          'stroke-width': 0.8 + 5 * (pair.share / most),
        },
        svg('title', {
          text: `${name} × ${other}: ${percent(pair.share)} of the variance beyond each alone`,
        }),
      ),
      svg('text', {
        x: b,
        y: base + 12,
        class: 'pair',
        'text-anchor': 'middle',
        text: `× ${percent(pair.share)}`,
      }),
    );
  }
  return group;
}

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
 * @param {import('../../workbench.js').Workbench} workbench
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
 * @param {import('../../workbench.js').Workbench} workbench
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
  const spans = (/** @type {any} */ range) =>
    (range?.indices ?? range?.choices)
      ? (range.indices ?? range.choices).map((/** @type {number} */ c) => column.axis.cell(c))
      : (range?.intervals ?? []).map((/** @type {[number, number]} */ [low, high]) => [
          column.axis.cell(low)[0],
          column.axis.cell(high)[1],
        ]);
  for (const span of spans(workbench.guidanceOf(column.name)?.promising))
    group.append(box(span, 'promising', BAND));
  const applied = workbench.region?.current?.region;
  if (applied && Object.hasOwn(applied, column.name)) {
    for (const span of spans(applied[column.name])) group.append(box(span, 'applied', BAND + 2.5));
  }
  return group;
}

/** Expected target per bin, as bars on the axes; one scale for all of them.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @param {import('../../workbench.js').Workbench} workbench
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
