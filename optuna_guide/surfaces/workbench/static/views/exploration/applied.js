/** What people applied, and the trials that kept to it: a corridor of its own colour. */

import { theme } from '../../chart/colours.js';
import { bands } from '../../compute/bands.js';

/**
 * @typedef {import('./history.js').History} History
 * @typedef {import('../../wire.js').RegionEntryAnswer} Entry
 */

/** Regions of people that trials kept to. @param {History} view */
export function appliedOf({ workbench, order }) {
  if (order !== 'trial') return [];
  return (workbench.region?.history ?? []).filter(({ trials }) => trials);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {History} view
 * @param {import('./history.js').Row} row
 */
export function drawApplied(context, view, row) {
  for (const { region, trials } of appliedOf(view)) {
    const kept = Object.hasOwn(region, row.param.name) ? region[row.param.name] : null;
    if (!kept || !trials) continue;
    const [from, to] = [view.xOf(trials[0] - 0.5), view.xOf(trials[1] + 0.5)];
    for (const [low, high] of bands(row.param, kept)) {
      const [top, bottom] = [view.yOf(row, high), view.yOf(row, low)];
      context.fillStyle = context.strokeStyle = theme().applied;
      context.globalAlpha = 0.14;
      context.fillRect(from, top, to - from, bottom - top);
      context.globalAlpha = 1;
      context.lineWidth = 1.5;
      context.strokeRect(from, top, to - from, bottom - top);
    }
  }
}
