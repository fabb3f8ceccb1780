/**
 * A configuration at a glance, as in `optuna_guide/drawing/chips.py`: a cell for each parameter
 * with a bar as high as the value lies in its range, or the colour of a choice; an inactive
 * parameter leaves its cell empty, an orange line is the promising range. Repeated parameters, such
 * as `layer0_units` and `layer1_units`, stand together as a sequence.
 */

import { contains } from '../compute/ranges.js';
import { cut, svg } from '../shell/dom.js';
import { tint } from './colours.js';
import { paramAxis } from './scales.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 */

const N_TINTS = 6; // of choices; the first two mean a value and a promising range
const MAX_CELLS = 48;
const LOOKS = {
  small: { cell: 9, member: 7, height: 14, gap: 3 },
  medium: { cell: 14, member: 11, height: 18, gap: 4 },
};

/**
 * @param {Workbench} workbench
 * @param {number} row
 * @param {keyof typeof LOOKS} size
 * @returns {SVGSVGElement}
 */
export function drawChip(workbench, row, size) {
  const { cell, member, height, gap } = LOOKS[size];
  const parts = [];
  let x = 0;
  let nCells = 0;
  for (const family of families(workbench.data.params)) {
    const shown = family.slice(0, MAX_CELLS - nCells);
    if (!shown.length) break;
    const width = shown.length > 1 ? member : cell;
    for (const param of shown) {
      parts.push(drawCell(workbench, param, row, { x, width, height }));
      x += width;
    }
    if (shown.length > 1) {
      const all = width * shown.length;
      parts.push(box('chip-family', x - all, all, height));
    }
    x += gap;
    nCells += shown.length;
  }
  const width = Math.max(x - gap, 1);
  const words = `Parameters of trial ${workbench.data.number[row]}`;
  const view = { width, height, viewBox: `0 0 ${width} ${height}` };
  return svg('svg', { class: 'trial-chip', ...view, role: 'img', 'aria-label': words }, ...parts);
}

/**
 * Parameters in groups: those whose names differ in their first number alone follow each other.
 * @param {Param[]} params
 * @returns {Param[][]}
 */
export function families(params) {
  /** @type {Map<string, { param: Param, at: number }[]>} */
  const groups = new Map();
  for (const param of params) {
    const found = /^(\D*)(\d+)(.*)$/su.exec(param.name);
    const key = JSON.stringify(found ? [found[1], found[3]] : [param.name]);
    const group = groups.get(key) ?? [];
    group.push({ param, at: Number(found?.[2] ?? 0) });
    groups.set(key, group);
  }
  return [...groups.values()].map((group) =>
    group.sort((a, b) => a.at - b.at).map(({ param }) => param),
  );
}

/**
 * @param {Workbench} workbench
 * @param {Param} param
 * @param {number} row
 * @param {{ x: number, width: number, height: number }} place
 */
function drawCell(workbench, param, row, { x, width, height }) {
  const value = param.values[row];
  const axis = paramAxis(param);
  const isActive = !Number.isNaN(value);
  const words = isActive ? cut(axis.format(value), 60) : 'inactive';
  const parts = [svg('title', { text: `${cut(param.name, 60)}: ${words}` })];
  parts.push(box(isActive ? 'chip-cell' : 'chip-cell inactive', x, width, height));
  if (isActive) {
    const isChoice = param.kind === 'categorical';
    const high = Math.max((isChoice ? 1 : axis.toUnit(value)) * (height - 2), 1.5);
    const fill = isChoice ? tint(2 + (Math.round(value) % N_TINTS)) : null;
    const bar = { x: x + 1, width: width - 2, y: height - 1 - high, height: high, fill };
    parts.push(svg('rect', { class: isChoice ? 'chip-choice' : 'chip-bar', ...bar }));
    const promising = workbench.guidanceOf(param.name)?.promising;
    if (promising && contains(promising, value)) {
      const line = { x: x + 0.5, width: width - 1, y: height - 2, height: 2 };
      parts.push(svg('rect', { class: 'chip-promising', ...line }));
    }
  }
  return svg('g', {}, ...parts);
}

/**
 * @param {string} kind
 * @param {number} x
 * @param {number} width
 * @param {number} height
 */
function box(kind, x, width, height) {
  return svg('rect', { class: kind, x: x + 0.5, y: 0.5, width: width - 1, height: height - 1 });
}
