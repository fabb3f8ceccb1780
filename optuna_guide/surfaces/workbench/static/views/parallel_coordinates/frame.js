/** Where everything of the parallel coordinates lies. */

import { AXIS_NAME, widthIn } from '../../chart/axes.js';
import { cut } from '../../shell/dom.js';
import { noise } from './columns.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {{
 *   width: number, height: number, top: number, bottom: number, station: number, gap: number,
 *   x: number[], names: number, rows: number, arcs: number, strip: boolean,
 * }} Frame  px; names = baseline of the names, rows = 1 or 2 rows of them, arcs = top of the arcs
 */

const RIGHT = 56; // px beside the last axis
const MOST = 104; // px before the first one

/**
 * @param {AxisColumn[]} columns
 * @param {number} width
 * @param {import('../../shell/workbench.js').Workbench} workbench
 * @returns {Frame}
 */
export function layOut(columns, width, workbench) {
  const n = columns.length;
  const strip = Boolean(workbench.guidance && workbench.showGuidance);
  const hasArcs = strip && workbench.focus.length > 0;
  const wide = columns.map((c) => widthIn(AXIS_NAME, cut(c.name, 60)));
  const longest = Math.max(0, ...wide);
  const left = Math.max(roomForTicks(columns[0]), Math.min(MOST, (wide[0] ?? 0) / 2 + 4));
  const gap = n > 1 ? (width - left - RIGHT) / (n - 1) : width;
  const rows = longest > gap - 8 ? 2 : 1;
  const names = (strip ? 50 : 16) + (rows - 1) * 14;
  const top = names + (hasArcs ? 86 : strip ? 32 : 16);
  const bottom = top + Math.max(230, Math.min(390, width * 0.3, 200 + width * 0.12));
  return {
    width,
    gap,
    rows,
    names,
    arcs: names + 20,
    strip,
    top,
    bottom,
    station: bottom + 22,
    height: bottom + (columns.some((c) => c.hasInactive) ? 42 : 16),
    x: columns.map((_, i) => (n > 1 ? left + i * gap : width / 2)),
  };
}

/** Room for the labels of the first axis. @param {AxisColumn | undefined} column */
function roomForTicks(column) {
  const labels = column?.axis.ticks(10).map(({ label }) => label.length) ?? [];
  return Math.min(MOST, Math.max(44, 6 * Math.max(0, ...labels) + 10));
}

/**
 * Where the lines cross the axes: inactive parameters below, gaps where a value is missing.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @returns {import('./lines.js').Geometry}
 */
export function placeLines(columns, { x, top, bottom, station }) {
  return {
    x,
    y: columns.map((column) =>
      column.at.map((at, row) => {
        if (!Number.isNaN(at)) return bottom - at * (bottom - top);
        return column.isTarget || !column.hasInactive ? NaN : station + noise(row) * 10;
      }),
    ),
  };
}
