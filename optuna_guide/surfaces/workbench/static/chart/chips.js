/**
 * A configuration at a glance, as in `optuna_guide/words/chips.py`: a cell for each parameter
 * with a bar as high as the value lies in its range, or the colour of a choice; an inactive
 * parameter leaves its cell empty, an orange line is the promising range. Repeated parameters, such
 * as `layer0_type`, `layer0_units` and `layer1_units`, are a block for each layer: as high as it is
 * large, in the colour and with the letter of its type, dotted around where it has dropout.
 */

import { contains } from '../compute/ranges.js';
import { cut, element, svg } from '../shell/dom.js';
import { tint } from './colours.js';
import { paramAxis } from './scales.js';
import { MAX_CELLS, MIN_HEIGHT } from '../rules.js';

/**
 * @typedef {import('../state/data.js').Param} Param
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 */

const N_TINTS = 6; // of choices; the first two mean a value and a promising range
const LOOKS = {
  small: { cell: 9, block: 9, height: 14, gap: 3, font: 0 },
  medium: { cell: 14, block: 14, height: 20, gap: 4, font: 9 },
  large: { cell: 22, block: 24, height: 34, gap: 6, font: 12 },
};

/** @typedef {typeof LOOKS['small']} Look */

/**
 * @param {Workbench} workbench
 * @param {number} row
 * @param {keyof typeof LOOKS} size
 * @returns {SVGSVGElement}
 */
export function drawChip(workbench, row, size) {
  const look = LOOKS[size];
  const { cell, block, height, gap } = look;
  const parts = [];
  let x = 0;
  let nCells = 0;
  for (const item of workbench.data.blocks) {
    if (nCells >= MAX_CELLS) break;
    if (typeof item === 'string') {
      parts.push(drawCell(workbench, item, row, { x, width: cell, height }));
      x += cell;
      nCells += 1;
    } else {
      for (const layer of item.layers) {
        parts.push(drawLayer(workbench, layer, row, look, x));
        x += block;
        for (const name of layer.others) {
          parts.push(drawCell(workbench, name, row, { x, width: block / 2, height }));
          x += block / 2;
        }
        nCells += 1 + layer.others.length;
      }
    }
    x += gap;
  }
  const width = Math.max(x - gap, 1);
  const words = `Parameters of trial ${workbench.data.number[row]}`;
  const view = { width, height, viewBox: `0 0 ${width} ${height}` };
  return svg('svg', { class: 'trial-chip', ...view, role: 'img', 'aria-label': words }, ...parts);
}

/**
 * What the blocks mean; nothing where there are none.
 * @param {Workbench} workbench
 * @returns {HTMLElement[]}
 */
export function chipLegend({ data }) {
  const found = [];
  for (const item of data.blocks) {
    if (typeof item === 'string') continue;
    const some = (/** @type {'type' | 'size' | 'dropout'} */ role) =>
      data.param(item.layers.map((layer) => layer[role]).find(Boolean) ?? '');
    const [type, size, dropout] = [some('type'), some('size'), some('dropout')];
    const parts = (type?.letters ?? []).map((letter, k) => {
      const mark = element('b', { class: 'letter', text: letter });
      mark.style.background = typeTint(k);
      return element('span', {}, mark, cut(type?.choices[k] ?? '', 18));
    });
    if (size) parts.push(element('span', { text: `height: ${cut(size.name, 24)}` }));
    if (dropout) parts.push(element('span', { text: `dotted: ${cut(dropout.name, 24)}` }));
    found.push(element('div', { class: 'legend' }, ...parts));
  }
  return found;
}

/** @param {number} code */
function typeTint(code) {
  return tint(2 + (Math.round(code) % N_TINTS));
}

/**
 * @param {Workbench} workbench
 * @param {import('../wire.js').Layer} layer
 * @param {number} row
 * @param {Look} look
 * @param {number} x
 */
function drawLayer(workbench, layer, row, { block, height, font }, x) {
  const { data } = workbench;
  const [type, size, dropout] = [layer.type, layer.size, layer.dropout].map((n) => data.param(n));
  const known = [type, size, dropout].filter((param) => param !== undefined);
  const words = known.map((param) => `${cut(param.name, 60)}: ${valueOf(param, row)}`).join('; ');
  const isActive = known.some((param) => !Number.isNaN(param.values[row]));
  const parts = [svg('title', { text: words })];
  parts.push(box(isActive ? 'chip-cell' : 'chip-cell inactive', x, block, height));
  const code = type?.values[row] ?? NaN;
  const large = size ? paramAxis(size).toUnit(size.values[row]) : NaN;
  if (!Number.isNaN(code) || !Number.isNaN(large)) {
    const share = MIN_HEIGHT + (1 - MIN_HEIGHT) * (large || 0);
    const high = Math.max(share * (height - 2), 1.5);
    const bar = { x: x + 1, width: block - 2, y: height - 1 - high, height: high };
    const fill = Number.isNaN(code) ? null : typeTint(code);
    parts.push(svg('rect', { class: fill ? 'chip-choice' : 'chip-bar', ...bar, fill }));
  }
  if (size) parts.push(...underline(workbench, size, row, { x, width: block, height }));
  const dropped = dropout ? paramAxis(dropout).toUnit(dropout.values[row]) : NaN;
  if (dropout && dropout.values[row] > 0) {
    const frame = { x: x + 1.5, y: 1.5, width: block - 3, height: height - 3 };
    parts.push(
      svg('rect', { class: 'chip-dropout', ...frame, 'stroke-width': 0.8 + 1.2 * dropped }),
    );
  }
  if (type && font && !Number.isNaN(code)) {
    const at = { x: x + block / 2, y: font + 1, 'text-anchor': 'middle', 'font-size': font };
    parts.push(svg('text', { class: 'chip-letter', ...at, text: type.letters[code] }));
  }
  return svg('g', {}, ...parts);
}

/** @param {Param} param @param {number} row */
function valueOf(param, row) {
  const value = param.values[row];
  return Number.isNaN(value) ? 'inactive' : cut(paramAxis(param).format(value), 60);
}

/**
 * @param {Workbench} workbench
 * @param {string} name
 * @param {number} row
 * @param {{ x: number, width: number, height: number }} place
 */
function drawCell(workbench, name, row, { x, width, height }) {
  const param = /** @type {Param} */ (workbench.data.param(name));
  const value = param.values[row];
  const isActive = !Number.isNaN(value);
  const parts = [svg('title', { text: `${cut(name, 60)}: ${valueOf(param, row)}` })];
  parts.push(box(isActive ? 'chip-cell' : 'chip-cell inactive', x, width, height));
  if (isActive) {
    const isChoice = param.kind === 'categorical';
    const share = isChoice ? 1 : paramAxis(param).toUnit(value);
    const high = Math.max(share * (height - 2), 1.5);
    const fill = isChoice ? typeTint(value) : null;
    const bar = { x: x + 1, width: width - 2, y: height - 1 - high, height: high, fill };
    parts.push(svg('rect', { class: isChoice ? 'chip-choice' : 'chip-bar', ...bar }));
    parts.push(...underline(workbench, param, row, { x, width, height }));
  }
  return svg('g', {}, ...parts);
}

/**
 * A line where the value lies in the promising range.
 * @param {Workbench} workbench
 * @param {Param} param
 * @param {number} row
 * @param {{ x: number, width: number, height: number }} place
 */
function underline(workbench, { name, values }, row, { x, width, height }) {
  const promising = workbench.guidanceOf(name)?.promising;
  if (!promising || !contains(promising, values[row])) return [];
  const line = { x: x + 0.5, width: width - 1, y: height - 2, height: 2 };
  return [svg('rect', { class: 'chip-promising', ...line })];
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
