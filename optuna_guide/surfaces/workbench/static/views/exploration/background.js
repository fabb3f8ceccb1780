/** What lies behind the trials of a history: names, corridors, generations, descent, the record. */

import { BOLD, FONT, drawBottomAxis, fitted, rule } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { bands } from '../../compute/bands.js';
import { NAME, PEAK, ROW } from './history.js';
import { readPeak } from './peak.js';

/**
 * @typedef {import('./history.js').History} History
 * @typedef {import('./history.js').Row} Row
 */

const MAX_LINKS = 200; // from parents to children
const NAMES = {
  trial: 'trial',
  batch: 'batch: trials that ran at the same time',
  generation: 'generation',
  bracket: 'bracket of Hyperband',
  rung: 'highest completed rung',
  step: 'last reported step',
  sampler: 'trials of each sampler in their order',
};

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
export function drawBehind(context, view) {
  const { left, right, bottom } = view.frame.box;
  const { page } = theme();
  const { axis } = view;
  if (!axis) return;
  context.fillStyle = page;
  for (const { top } of view.rows) context.fillRect(left, top, right - left, ROW);
  drawGenerations(context, view);
  drawGroups(context, view);
  for (const row of view.rows) {
    drawCorridor(context, view, row);
    drawName(context, view, row);
  }
  drawLinks(context, view);
  drawPeak(context, view);
  const isWhole = ({ label = '' }) => !view.groups.length && Number.isInteger(Number(label));
  const whole = { ...axis, ticks: (/** @type {number} */ n) => axis.ticks(n).filter(isWhole) };
  const look = { name: NAMES[view.order], grid: false, room: 90 };
  drawBottomAxis(context, { left, right, top: bottom, bottom }, whole, look);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {Row} row
 */
function drawName(context, view, row) {
  const { left, right } = view.frame.box;
  const { ink, mute, line } = theme();
  context.font = BOLD;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  context.fillText(fitted(context, row.param.name, right - 2), 2, row.top - 2);
  context.font = FONT;
  context.fillStyle = mute;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const { levels } = row.axis;
  for (const { unit, label } of row.axis.ticks(levels !== null && levels <= 5 ? levels : 3)) {
    const y = view.yOf(row, unit);
    context.fillText(fitted(context, label, left - 12), left - 6, y);
    rule(context, line, left, Math.round(y) + 0.5, right, Math.round(y) + 0.5);
  }
}

/**
 * Every second generation is shaded, and a line stands where a version of the guidance begins.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
function drawGenerations(context, view) {
  if (view.order !== 'trial' || !view.rows.length) return;
  const { generation, number } = view.workbench.data;
  const { faint, range } = theme();
  const [top, bottom] = [view.rows[0].top, view.rows[view.rows.length - 1].top + ROW];
  context.fillStyle = faint;
  context.globalAlpha = 0.13;
  for (let row = 0, start = 0; row < generation.length; row++) {
    if (row + 1 < generation.length && generation[row + 1] === generation[row]) continue;
    if (generation[row] >= 0 && generation[row] % 2 === 1) {
      const [from, to] = [view.xOf(number[start] - 0.5), view.xOf(number[row] + 0.5)];
      context.fillRect(from, top, to - from, bottom - top);
    }
    start = row + 1;
  }
  context.globalAlpha = 1;
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  let free = -Infinity;
  for (const { start, version } of view.corridors) {
    const x = view.xOf(start - 0.5);
    context.globalAlpha = 0.35;
    rule(context, range, Math.round(x) + 0.5, top, Math.round(x) + 0.5, bottom);
    context.globalAlpha = 1;
    if (x < free) continue;
    const words = `v${version}`;
    context.fillStyle = theme().mute;
    context.fillText(words, x, top - NAME);
    free = x + context.measureText(words).width + 8;
  }
}

/**
 * What stands beside each other: its name and number of trials, on a ground of its own.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
function drawGroups(context, view) {
  if (!view.groups.length || !view.rows.length) return;
  const { card, ink } = theme();
  const { top } = view.frame.box;
  const bottom = view.rows[view.rows.length - 1].top + ROW;
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  view.groups.forEach(({ name, first, last }, k) => {
    const [from, to] = [view.xOf(first - 0.5), view.xOf(last + 0.5)];
    const next = view.groups[k + 1];
    context.fillStyle = card;
    if (next) context.fillRect(to, top, view.xOf(next.first - 0.5) - to, bottom - top);
    context.fillStyle = ink;
    const words = `${name}, ${last - first + 1}`;
    context.fillText(fitted(context, words, to - from), from, view.rows[0].top - 1 - NAME);
  });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {Row} row
 */
function drawCorridor(context, view, row) {
  if (view.order !== 'trial') return;
  const { range } = theme();
  const { data } = view.workbench;
  const end = data.number[data.n - 1] + 0.5;
  view.corridors.forEach(({ start, region }, k) => {
    const kept = Object.hasOwn(region, row.param.name) ? region[row.param.name] : null;
    if (!kept) return;
    const [from, to] = [
      view.xOf(start - 0.5),
      view.xOf((view.corridors[k + 1]?.start ?? end + 0.5) - 0.5),
    ];
    for (const [low, high] of bands(row.param, kept)) {
      const [top, bottom] = [view.yOf(row, high), view.yOf(row, low)];
      context.fillStyle = range;
      context.globalAlpha = 0.2;
      context.fillRect(from, top, to - from, bottom - top);
      context.globalAlpha = 0.7;
      context.fillRect(from, top, to - from, 1);
      context.fillRect(from, bottom - 1, to - from, 1);
      context.globalAlpha = 1;
    }
  });
}

/**
 * Pairs of rows: parent, child.
 * @param {History} view
 * @returns {[number, number][]}
 */
export function linksOf(view) {
  const { data } = view.workbench;
  const parents = data.targets.find((t) => t.name === 'parent' && t.kind === 'attribute')?.values;
  if (!parents || view.order === 'step') return [];
  /** @type {[number, number][]} */
  const found = [];
  for (let row = 0; row < parents.length; row++) {
    const parent = data.rowOf(parents[row]);
    if (parent >= 0 && parent < row) found.push([parent, row]);
  }
  return found.slice(-MAX_LINKS);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
function drawLinks(context, view) {
  const links = linksOf(view);
  if (!links.length) return;
  context.strokeStyle = theme().pair;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  context.beginPath();
  for (const row of view.rows) {
    for (const [parent, child] of links) {
      const [x0, y0, x1, y1] = [
        view.x[parent],
        view.yOf(row, row.y[parent]),
        view.x[child],
        view.yOf(row, row.y[child]),
      ];
      if (Number.isNaN(x0 + y0 + x1 + y1)) continue;
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0 + 0.5 * (x1 - x0), y0, x0 + 0.5 * (x1 - x0), y1, x1, y1);
    }
  }
  context.stroke();
  context.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
function drawPeak(context, view) {
  const { left, right, top } = view.frame.box;
  const { ink, mute, line, guide } = theme();
  const bottom = top + PEAK;
  const peak = readPeak(view);
  context.font = BOLD;
  context.fillStyle = ink;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const name = fitted(context, view.workbench.targetColumn.name, left - 50);
  context.fillText(name, 2, top - 3);
  context.font = FONT;
  context.fillStyle = mute;
  context.fillText(peak.words, 2, top + 12);
  rule(context, line, left, bottom + 0.5, right, bottom + 0.5);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(peak.high, left - 6, top + 4);
  context.fillText(peak.low, left - 6, bottom - 4);
  context.beginPath();
  for (const { places, heights, end } of peak.stretches) {
    context.moveTo(view.xOf(places[0] - 0.5), bottom);
    places.forEach((place, k) => {
      const y = bottom - heights[k] * (PEAK - 6);
      context.lineTo(view.xOf(place - 0.5), y);
      context.lineTo(view.xOf((places[k + 1] ?? Math.max(place, end) + 1) - 0.5), y);
    });
    context.lineTo(view.xOf(Math.max(places[places.length - 1], end) + 0.5), bottom);
  }
  context.fillStyle = guide;
  context.globalAlpha = 0.24;
  context.fill();
  context.globalAlpha = 1;
}
