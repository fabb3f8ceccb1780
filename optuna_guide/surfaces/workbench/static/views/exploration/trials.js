/** The trials of a history, and what the mouse points at. */

import { rule } from '../../chart/axes.js';
import { paintOrder } from '../../chart/dots.js';
import { drawRange } from '../../chart/gestures.js';
import { drawFamily, drawVeil } from '../../chart/family.js';
import { drawStamps, pack } from '../../chart/stamps.js';
import { shade, theme } from '../../chart/colours.js';
import { kinOf, linksWithin } from '../../state/kin.js';
import { NUMBER_KEY } from '../../state/selection.js';
import { PEAK, ROW } from './history.js';
import { SHAPES, areTiny, drawMark } from './marks.js';
import { drawTracks } from './tracks.js';
import { COMPLETE } from '../../rules.js';

/** @typedef {import('./history.js').History} History */

/**
 * All trials that pass the filter, pale.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function drawAll(context, view) {
  context.strokeStyle = context.fillStyle = theme().faint;
  context.globalAlpha = 0.4;
  drawTrials(context, view, view.workbench.filter, null);
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function drawSelected(context, view) {
  const { faint } = theme();
  const { goodness } = view;
  const { mask } = view.workbench;
  const colour = (/** @type {number} */ row) =>
    Number.isNaN(goodness[row]) ? faint : shade(goodness[row]);
  drawTracks(context, view, { has: (row) => mask[row] === 1 });
  drawTrials(context, view, mask, colour);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {Uint8Array} flags
 * @param {((row: number) => string) | null} colour Null: as it is set.
 */
function drawTrials(context, view, flags, colour) {
  const { data } = view.workbench;
  const { size } = view;
  const same = pack(context, String(context.fillStyle));
  if (areTiny(size)) {
    drawStamps(context, size, (stamp) =>
      visit(view, flags, (row, x, y) => stamp(x, y, colour ? pack(context, colour(row)) : same)),
    );
    return;
  }
  const shapes = data.decision.labels.map((kind) => SHAPES[kind] ?? 'circle');
  visit(view, flags, (row, x, y) => {
    if (colour) context.fillStyle = context.strokeStyle = colour(row);
    const shape = shapes[data.decision.codes[row]] ?? 'circle';
    drawMark(context, shape, x, y, size, data.state[row] !== COMPLETE);
  });
}

/**
 * Every value of every flagged trial, the best trials last.
 * @param {History} view
 * @param {Uint8Array} flags
 * @param {(row: number, x: number, y: number) => void} see
 */
function visit(view, flags, see) {
  const { left, right } = view.frame.box;
  const order = paintOrder(view.workbench);
  for (const { top, x: across, y: units } of view.rows) {
    for (let k = 0; k < order.length; k++) {
      const row = order[k];
      const x = across[row];
      const unit = units[row];
      if (!flags[row] || !(x >= left && x <= right && unit === unit)) continue;
      see(row, x, top + ROW - 4 - unit * (ROW - 8));
    }
  }
}

/**
 * The brushed phase, the kept trials and the hovered one.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function drawPointed(context, view) {
  const { workbench } = view;
  const { box } = view.frame;
  const { kept, hover, card } = theme();
  const phases = view.order === 'trial' ? workbench.brushes.get(NUMBER_KEY)?.intervals : null;
  for (const [low, high] of phases ?? []) {
    drawRange(context, box, view.xOf(low - 0.5), view.xOf(high + 0.5));
  }
  for (const number of workbench.kept)
    drawRings(context, view, workbench.rowOf(number), kept, card);
  const row = workbench.hover;
  if (row < 0 || Number.isNaN(view.x[row])) return;
  const x = Math.round(view.x[row]) + 0.5;
  drawKin(context, view, row);
  context.globalAlpha = 0.5;
  rule(context, hover, x, box.top, x, box.bottom);
  context.globalAlpha = 1;
  drawCurve(context, view, row, hover);
  drawRings(context, view, row, hover, card);
}

/**
 * What a trial descends from and what descends from it, before all others.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {number} row
 */
function drawKin(context, view, row) {
  const { data } = view.workbench;
  const kin = kinOf(data, row);
  if (!kin.size) return;
  drawVeil(context, view.frame.box);
  const links = linksWithin(data, kin);
  for (const line of view.rows) drawFamily(context, links, line.x, view.heights(line));
  const { goodness } = view;
  const flags = Uint8Array.from(goodness, (_, i) => Number(kin.has(i)));
  drawTracks(context, view, kin);
  drawTrials(context, view, flags, (i) => shade(goodness[i] || 0));
}

/**
 * Rings around the values of a trial.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {number} row
 * @param {string} colour
 * @param {string} behind
 */
function drawRings(context, view, row, colour, behind) {
  if (row < 0) return;
  for (const line of view.rows) {
    const [x, y] = [line.x[row], view.yOf(line, line.y[row])];
    if (Number.isNaN(x + y)) continue;
    for (const [width, stroke] of /** @type {[number, string][]} */ ([
      [4, behind],
      [2, colour],
    ])) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.beginPath();
      context.arc(x, y, 5, 0, 7);
      context.stroke();
    }
  }
}

/**
 * What a trial reported on its way: small points on a dashed line that ends in its own point;
 * above, the reported values, the better the higher.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {number} row
 * @param {string} colour
 */
function drawCurve(context, view, row, colour) {
  const curve = view.curves.get(row);
  if (!curve || curve.steps.length < 2 || !view.axis) return;
  const n = curve.steps.length;
  const last = curve.steps[n - 1];
  const { left } = view.frame.box;
  const end = view.x[row];
  const start =
    view.order === 'step' ? view.xOf(curve.steps[0]) : Math.max(end - Math.min(14 * n, 150), left);
  const xs = curve.steps.map((step) =>
    view.order === 'step'
      ? view.xOf(step)
      : start + ((end - start) * (step - curve.steps[0])) / Math.max(last - curve.steps[0], 1),
  );
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1;
  for (const line of view.rows) {
    const y = view.yOf(line, line.y[row]);
    if (Number.isNaN(y)) continue;
    if (view.order === 'rung') continue;
    context.setLineDash([2, 2]);
    rule(context, colour, xs[0], y, end, y);
    context.setLineDash([]);
    const every = Math.ceil(n / 12);
    xs.forEach((x, k) => {
      if (k % every === 0) context.fillRect(x - 1.2, y - 1.2, 2.4, 2.4);
    });
  }
  const floor = view.frame.box.top + PEAK - 4;
  const rises = view.workbench.data.targets[0]?.direction === 'maximize';
  const ends = [Math.min(...curve.values), Math.max(...curve.values)];
  const [worst, best] = rises ? ends : ends.reverse();
  context.beginPath();
  curve.values.forEach((v, k) => {
    context.lineTo(xs[k], floor - ((v - worst) / (best - worst || 1)) * (PEAK - 10));
  });
  context.lineWidth = 1.5;
  context.stroke();
}
