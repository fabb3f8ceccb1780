/**
 * A trial as a row of cells, one for each parameter: a bar as high as the number is in its range,
 * a colour for a choice, a dotted frame where it is inactive. Families such as `layer0_units`,
 * `layer1_units` stand together, as a sequence.
 */

import { cut, svg } from '../dom.js';
import { paramAxis } from '../scales.js';

/**
 * @typedef {import('../data.js').Param} Param
 * @typedef {import('../workbench.js').Workbench} Workbench
 * @typedef {'small' | 'middle' | 'large'} Size
 */

const SIZES = {
  small: { width: 12, height: 14, gap: 2 },
  middle: { width: 18, height: 20, gap: 3 },
  large: { width: 30, height: 30, gap: 4 },
};
const CHOICES = [
  '#3a87c8',
  '#cf7a00',
  '#b0639b',
  '#3f9b78',
  '#9a8a00',
  '#64748b',
  '#d5521a',
  '#7c6fd0',
];
const MAX_CELLS = 40;

/**
 * @param {Workbench} workbench
 * @param {number} row
 * @param {Size} size
 * @returns {SVGSVGElement}
 */
export function drawChips(workbench, row, size) {
  const { width, height, gap } = SIZES[size];
  const groups = families(workbench.data.params);
  const cells = [];
  let x = 0;
  for (const group of groups) {
    for (const param of group) {
      if (cells.length >= MAX_CELLS) break;
      cells.push(cell(param, param.values[row], x, width, height));
      x += width + (group.length > 1 ? 1 : gap);
    }
    if (group.length > 1) x += gap - 1;
  }
  const all = Math.max(x - gap, 1);
  return svg(
    'svg',
    {
      class: `trial-chips ${size}`,
      width: all,
      height,
      viewBox: `0 0 ${all} ${height}`,
      role: 'img',
      'aria-label': `Parameters of trial ${workbench.data.number[row]}`,
    },
    ...cells,
  );
}

/**
 * Parameters in groups: those whose names differ by one number only stand together, in its order.
 * @param {Param[]} params
 * @returns {Param[][]}
 */
export function families(params) {
  /** @type {Map<string, { param: Param, at: number }[]>} */
  const groups = new Map();
  for (const param of params) {
    const found = /^(\D*)(\d+)(.*)$/su.exec(param.name);
    const key = found ? JSON.stringify([found[1], found[3]]) : `:${param.name}`;
    const group = groups.get(key) ?? [];
    group.push({ param, at: Number(found?.[2] ?? 0) });
    groups.set(key, group);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.at - b.at).map(({ param }) => param),
  );
}

/**
 * @param {Param} param
 * @param {number} value
 * @param {number} x
 * @param {number} width
 * @param {number} height
 */
function cell(param, value, x, width, height) {
  const axis = paramAxis(param);
  const isActive = !Number.isNaN(value);
  const words = `${cut(param.name, 60)}: ${isActive ? cut(axis.format(value), 60) : 'inactive'}`;
  const frame = { x: x + 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 2 };
  const parts = [svg('rect', { ...frame, class: isActive ? 'cell' : 'cell inactive' })];
  if (isActive && param.kind === 'categorical') {
    const colour = CHOICES[Math.round(value) % CHOICES.length];
    parts.push(svg('rect', { ...frame, fill: colour, class: 'choice' }));
  } else if (isActive) {
    const full = Math.max(axis.toUnit(value) * (height - 2), 1);
    parts.push(
      svg('rect', {
        x: x + 1,
        y: height - 1 - full,
        width: width - 2,
        height: full,
        rx: 1,
        class: 'level',
      }),
    );
  }
  return svg('g', {}, svg('title', { text: words }), ...parts);
}
