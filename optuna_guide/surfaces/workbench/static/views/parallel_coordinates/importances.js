/** Above the axes: how much each parameter explains, and the interactions of the clicked one. */

import { svg } from '../../shell/dom.js';
import { percent } from '../../chart/scales.js';
import { shareOfPair } from '../importance/rows.js';

/**
 * @typedef {import('./columns.js').AxisColumn} AxisColumn
 * @typedef {import('./frame.js').Frame} Frame
 */

const STRIP = 10;
const WORDS = 460; // px that the whole label needs, and the menu of axes beside it

/** The importances as one bar, as long as what is explained of all, with a link from each part to its axis.
 *
 * @param {AxisColumn[]} columns
 * @param {Frame} frame
 * @param {import('../../shell/workbench.js').Workbench} workbench
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
  const explained = Math.max(1 - (workbench.guidance?.unexplained ?? 0), 0);
  const room = Math.max(right - left, 60) * explained;
  let at = left;
  const words = `importance, of the ${percent(explained)} that is explained`;
  const isShort = frame.width - left - room < WORDS;
  const text = isShort ? 'importance' : words;
  group.append(svg('text', { x: left + room + 8, y: STRIP - 1, class: 'tick', text }));
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
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function drawInteractions(columns, frame, workbench) {
  const group = svg('g', { class: 'interactions' });
  const [name] = workbench.focus;
  const from = columns.findIndex((c) => !c.isTarget && c.name === name);
  if (from < 0 || !workbench.guidance || !workbench.showGuidance) return group;
  const pairs = workbench.guidance.pairs.filter((p) => p.names.includes(name) && p.share > 0);
  const most = Math.max(...pairs.map((p) => p.share), 1e-9);
  const base = frame.top - 22;
  for (const pair of [...pairs].reverse()) {
    const other = pair.names[0] === name ? pair.names[1] : pair.names[0];
    const to = columns.findIndex((c) => !c.isTarget && c.name === other);
    if (to < 0) continue;
    const [a, b] = [frame.x[from], frame.x[to]];
    const rise = Math.min(base - frame.arcs, 14 + Math.abs(a - b) * 0.11);
    const isSecond = workbench.focus[1] === other;
    const share = percent(shareOfPair(pair, 1 - workbench.guidance.unexplained));
    group.append(
      svg(
        'path',
        {
          d: `M${a} ${base}C${a} ${base - rise * 1.3} ${b} ${base - rise * 1.3} ${b} ${base}`,
          class: isSecond ? 'arc second' : 'arc',
          'stroke-width': 0.8 + 5 * (pair.share / most),
        },
        svg('title', {
          text: `${name} × ${other}: ${share} of what is explained, beyond each alone`,
        }),
      ),
      svg('text', {
        x: b,
        y: base + 12,
        class: 'pair',
        'text-anchor': 'middle',
        text: `× ${share}`,
      }),
    );
  }
  return group;
}
