/** What lies behind the trials of a history: names, corridors, generations, descent, the record. */

import { BOLD, FONT, drawBottomAxis, fitted, rule } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { drawFamily } from '../../chart/family.js';
import { bands } from '../../compute/bands.js';
import { percent } from '../../chart/scales.js';
import { linksOf } from '../../state/kin.js';
import { drawApplied } from './applied.js';
import { NAME, ROW } from './history.js';
import { drawPeak, nameRungs } from './record.js';
import { MAX_LINKS } from '../../rules.js';

/**
 * @typedef {import('./history.js').History} History
 * @typedef {import('./history.js').Row} Row
 */

const NAMES = {
  trial: 'trial',
  batch: 'batch: trials that ran at the same time',
  generation: 'generation',
  bracket: 'bracket of Hyperband',
  rung: 'rung',
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
    drawApplied(context, view, row);
    drawName(context, view, row);
  }
  drawLinks(context, view);
  drawPeak(context, view);
  const isWhole = ({ label = '' }) => !view.groups.length && Number.isInteger(Number(label));
  const whole = { ...axis, ticks: (/** @type {number} */ n) => axis.ticks(n).filter(isWhole) };
  if (view.order === 'rung') nameRungs(context, view);
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
  drawSurvivors(context, view, row);
  context.textAlign = 'right';
  const { levels } = row.axis;
  for (const { unit, label } of row.axis.ticks(levels !== null && levels <= 5 ? levels : 3)) {
    const y = view.yOf(row, unit);
    context.fillText(fitted(context, label, left - 12), left - 6, y);
    rule(context, line, left, Math.round(y) + 0.5, right, Math.round(y) + 0.5);
  }
}

/**
 * Beside each option, the share of its trials that were not pruned.
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {Row} row
 */
function drawSurvivors(context, view, row) {
  const { survivors, param } = row;
  if (!survivors.length) return;
  const x = view.frame.box.right + 8;
  context.textAlign = 'left';
  context.fillText('survive', x, row.top - 7);
  survivors.forEach((share, k) => {
    const y = view.yOf(row, row.axis.toUnit(k));
    if (!Number.isNaN(share) && param.choices[k] !== undefined) {
      context.fillText(percent(share), x, y);
    }
  });
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
  /** @type {{ x: number, words: string, room: number }[]} */
  const indices = [];
  context.fillStyle = faint;
  context.globalAlpha = 0.13;
  for (let row = 0, start = 0; row < generation.length; row++) {
    if (row + 1 < generation.length && generation[row + 1] === generation[row]) continue;
    if (generation[row] >= 0) {
      const [from, to] = [view.xOf(number[start] - 0.5), view.xOf(number[row] + 0.5)];
      if (generation[row] % 2 === 1) context.fillRect(from, top, to - from, bottom - top);
      indices.push({ x: (from + to) / 2, words: `gen. ${generation[row]}`, room: to - from });
    }
    start = row + 1;
  }
  context.globalAlpha = 1;
  context.font = FONT;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  context.fillStyle = theme().mute;
  for (const { x, words, room } of indices) {
    if (context.measureText(words).width < room) context.fillText(words, x, top - NAME);
  }
  let free = indices.length ? Infinity : -Infinity;
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
  const { top, right } = view.frame.box;
  const bottom = view.rows[view.rows.length - 1].top + ROW;
  context.font = FONT;
  context.textAlign = 'left';
  context.textBaseline = 'bottom';
  view.groups.forEach(({ name, first, last, n }, k) => {
    const [from, to] = [view.xOf(first - 0.5), view.xOf(last + 0.5)];
    const next = view.groups[k + 1];
    context.fillStyle = card;
    if (next) context.fillRect(to, top, view.xOf(next.first - 0.5) - to, bottom - top);
    context.fillStyle = ink;
    const room = (next ? view.xOf(next.first - 0.5) : right) - from - 4;
    const counted = `${name}, ${n}`;
    const words = context.measureText(counted).width <= room ? counted : name;
    context.fillText(fitted(context, words, room), from, view.rows[0].top - 1 - NAME);
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
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 */
function drawLinks(context, view) {
  if (view.order === 'step') return;
  const links = linksOf(view.workbench.data).slice(-MAX_LINKS);
  context.globalAlpha = 0.4;
  for (const row of view.rows) drawFamily(context, links, row.x, view.heights(row));
  context.globalAlpha = 1;
}
