/**
 * A selection of trials as one plain value, its mask, and its text for a link.
 *
 * @typedef {{ intervals?: [number, number][], choices?: number[], inactive?: boolean }} Brush
 *   closed intervals in the units of the column, or choice indices; `inactive`: NaN counts as well
 * @typedef {{ label: string, numbers: number[] }} Picked  trials by number
 * @typedef {'top' | 'bottom' | 'mode'} PresetKind
 * @typedef {{ kind: PresetKind, share: number }} Preset
 * @typedef {{
 *   states: number[] | null,
 *   labels: [string, number[]][],
 *   feasible: boolean,
 *   limits: [string, '<=' | '>=', number][],
 * }} Filter  allowed states; label name and allowed codes; target name, sign, limit
 * @typedef {{
 *   brushes: Map<string, Brush>, preset: Preset | null, picked: Picked | null, filter: Filter,
 * }} Selection
 */

import { cut } from '../shell/dom.js';
import { number, percent } from '../chart/scales.js';

/** @type {Filter} */
export const NO_FILTER = { states: null, labels: [], feasible: false, limits: [] };
/** @type {Selection} */
export const NOTHING = { brushes: new Map(), preset: null, picked: null, filter: NO_FILTER };

/** @type {[string, Preset][]} */
export const PRESETS = [
  ['Top 1 %', { kind: 'top', share: 0.01 }],
  ['5 %', { kind: 'top', share: 0.05 }],
  ['10 %', { kind: 'top', share: 0.1 }],
  ['25 %', { kind: 'top', share: 0.25 }],
  ['Mode', { kind: 'mode', share: 0.5 }],
  ['Bottom 25 %', { kind: 'bottom', share: 0.25 }],
];

/** Key of a brush on a parameter. @param {string} name */
export const paramKey = (name) => `p:${name}`;
/** Key of a brush on a target. @param {string} name */
export const targetKey = (name) => `t:${name}`;
/** Key of a brush on the trial number. */
export const NUMBER_KEY = 'number';

/**
 * The column that a brush speaks of.
 *
 * @param {import('./data.js').Data} data
 * @param {string} key
 */
export function columnOf(data, key) {
  if (key === NUMBER_KEY) return data.number;
  const name = key.slice(2);
  const among = key.startsWith('p:') ? data.params : data.targets;
  return among.find((item) => item.name === name)?.values ?? null;
}

/**
 * Flags of the rows that pass the filter.
 *
 * @param {import('./data.js').Data} data
 * @param {Filter} filter
 */
export function filterMask(data, filter) {
  const mask = new Uint8Array(data.n).fill(1);
  if (filter.states !== null) {
    const allowed = new Set(filter.states);
    for (let i = 0; i < data.n; i += 1) if (!allowed.has(data.state[i])) mask[i] = 0;
  }
  for (const [name, codes] of filter.labels) {
    const label = labelsOf(data).find((item) => item.name === name);
    if (!label) continue;
    const allowed = new Set(codes);
    for (let i = 0; i < data.n; i += 1) if (!allowed.has(label.codes[i])) mask[i] = 0;
  }
  if (filter.feasible) for (let i = 0; i < data.n; i += 1) mask[i] &= data.feasible[i];
  for (const [name, sign, limit] of filter.limits) {
    const target = data.targets.find((item) => item.name === name);
    if (!target) continue;
    for (let i = 0; i < data.n; i += 1) {
      const value = target.values[i];
      if (!(sign === '<=' ? value <= limit : value >= limit)) mask[i] = 0;
    }
  }
  return mask;
}

/** Everything with a few texts that trials can be filtered by. @param {import('./data.js').Data} data */
export function labelsOf(data) {
  return [data.decision, data.sampler, ...data.labels];
}

/**
 * Clear the flags of the rows outside a brush.
 *
 * @param {Uint8Array} mask
 * @param {import('./data.js').Column} values
 * @param {Brush} brush
 */
export function applyBrush(mask, values, brush) {
  const inactive = Boolean(brush.inactive);
  if (brush.choices) {
    const allowed = new Set(brush.choices);
    for (let i = 0; i < mask.length; i += 1) {
      if (mask[i] && !(Number.isNaN(values[i]) ? inactive : allowed.has(values[i]))) mask[i] = 0;
    }
    return;
  }
  const intervals = brush.intervals ?? [];
  for (let i = 0; i < mask.length; i += 1) {
    if (!mask[i]) continue;
    const value = values[i];
    let inside = Number.isNaN(value) && inactive;
    for (let k = 0; k < intervals.length && !inside; k += 1) {
      inside = value >= intervals[k][0] && value <= intervals[k][1];
    }
    if (!inside) mask[i] = 0;
  }
}

/**
 * Rows of a preset.
 *
 * @param {Preset} preset
 * @param {Int32Array} order rows with the target, best first
 * @param {import('./data.js').Column} values of the target
 * @returns {Int32Array}
 */
export function presetRows(preset, order, values) {
  const n = order.length;
  const size = Math.max(1, Math.round(preset.share * n));
  if (n === 0 || preset.kind === 'top') return order.slice(0, size);
  if (preset.kind === 'bottom') return order.slice(n - size);
  // the mode is the shortest range that holds half of the trials (the shorth)
  let [start, width] = [0, Infinity];
  for (let i = 0; i + size <= n; i += 1) {
    const spread = Math.abs(values[order[i]] - values[order[i + size - 1]]);
    if (spread < width) [start, width] = [i, spread];
  }
  return order.slice(start, start + size);
}

/**
 * Flags of the rows that are selected.
 *
 * @param {import('./data.js').Data} data
 * @param {Selection} selection
 * @param {Uint8Array} filter flags of the rows that pass the filter
 * @param {Int32Array} order rows with the target, best first
 * @param {import('./data.js').Column} values of the target
 */
export function selectionMask(data, { preset, picked, brushes }, filter, order, values) {
  const mask = filter.slice();
  if (preset) {
    const passing = order.filter((row) => mask[row]);
    keepOnly(mask, presetRows(preset, passing, values));
  }
  if (picked) {
    const rows = picked.numbers.map((number) => data.rowOf(number));
    keepOnly(mask, rows);
  }
  for (const [key, brush] of brushes) {
    const column = columnOf(data, key);
    if (column) applyBrush(mask, column, brush);
  }
  return mask;
}

/** @param {Uint8Array} mask @param {Iterable<number>} rows */
function keepOnly(mask, rows) {
  const kept = new Uint8Array(mask.length);
  for (const row of rows) if (row >= 0) kept[row] = mask[row];
  mask.set(kept);
}

/**
 * One short text per part of a selection, with the selection without that part.
 *
 * @param {Selection} selection
 * @param {import('./data.js').Data} data
 * @returns {{ text: string, without: Selection }[]}
 */
export function parts(selection, data) {
  const found = [];
  const { preset, picked, filter } = selection;
  if (preset) {
    const name = PRESETS.find(([, p]) => p.kind === preset.kind && p.share === preset.share)?.[0];
    const words =
      preset.kind === 'top' ? `top ${percent(preset.share)}` : (name ?? '').toLowerCase();
    found.push({ text: words, without: { ...selection, preset: null } });
  }
  if (picked) found.push({ text: picked.label, without: { ...selection, picked: null } });
  for (const [key, brush] of selection.brushes) {
    const brushes = new Map(selection.brushes);
    brushes.delete(key);
    found.push({ text: brushText(data, key, brush), without: { ...selection, brushes } });
  }
  const less = (/** @type {Partial<Filter>} */ change) => ({
    ...selection,
    filter: { ...filter, ...change },
  });
  if (filter.states) {
    const names = ['running', 'waiting', 'complete', 'pruned', 'failed'];
    found.push({
      text: filter.states.map((s) => names[s]).join(', ') || 'no state',
      without: less({ states: null }),
    });
  }
  filter.labels.forEach(([name, codes], i) => {
    const labels = labelsOf(data).find((item) => item.name === name)?.labels ?? [];
    const words = codes.map((code) => (code < 0 ? 'none' : labels[code] || 'none')).join(', ');
    found.push({
      text: `${cut(name, 18)}: ${cut(words, 24)}`,
      without: less({ labels: filter.labels.filter((_, k) => k !== i) }),
    });
  });
  if (filter.feasible) found.push({ text: 'feasible', without: less({ feasible: false }) });
  filter.limits.forEach(([name, sign, limit], i) => {
    found.push({
      text: `${cut(name, 18)} ${sign === '<=' ? '≤' : '≥'} ${number(limit)}`,
      without: less({ limits: filter.limits.filter((_, k) => k !== i) }),
    });
  });
  return found;
}

/** @param {import('./data.js').Data} data @param {string} key @param {Brush} brush */
function brushText(data, key, brush) {
  const name = key === NUMBER_KEY ? 'trial' : cut(key.slice(2), 18);
  const ranges = (brush.intervals ?? []).map(
    ([low, high]) => `${number(low, 3)} … ${number(high, 3)}`,
  );
  const choices = key.startsWith('p:') ? data.param(key.slice(2))?.choices : undefined;
  for (const index of brush.choices ?? []) ranges.push(cut(choices?.[index] ?? '', 14));
  if (brush.inactive) ranges.push('inactive');
  return `${name}: ${cut(ranges.join(' or '), 40)}`;
}

/** A selection as JSON for a link; texts with lone surrogates survive. @param {Selection} selection */
export function toPlain(selection) {
  const { brushes, preset, picked, filter } = selection;
  /** @type {Record<string, unknown>} */
  const plain = {};
  if (brushes.size) plain.b = [...brushes];
  if (preset) plain.p = [preset.kind, preset.share];
  if (picked) plain.k = [picked.label, picked.numbers.slice(0, 300)];
  if (JSON.stringify(filter) !== JSON.stringify(NO_FILTER)) plain.f = filter;
  return plain;
}

/**
 * What `toPlain` wrote; parts that make no sense are left out.
 *
 * @param {any} plain
 * @returns {Selection}
 */
export function fromPlain(plain) {
  const numbers = (/** @type {unknown} */ list) =>
    Array.isArray(list) ? list.filter((v) => typeof v === 'number') : [];
  /** @type {Map<string, Brush>} */
  const brushes = new Map();
  for (const entry of Array.isArray(plain?.b) ? plain.b : []) {
    if (!Array.isArray(entry) || typeof entry[0] !== 'string' || !entry[1]) continue;
    /** @type {Brush} */
    const brush = { inactive: entry[1].inactive === true };
    if (Array.isArray(entry[1].choices)) brush.choices = numbers(entry[1].choices);
    else {
      brush.intervals = (Array.isArray(entry[1].intervals) ? entry[1].intervals : [])
        .map(numbers)
        .filter((/** @type {number[]} */ pair) => pair.length === 2);
    }
    brushes.set(entry[0], brush);
  }
  const [kind, share] = Array.isArray(plain?.p) ? plain.p : [];
  const known = PRESETS.find(([, p]) => p.kind === kind && p.share === share);
  const picked = Array.isArray(plain?.k)
    ? { label: String(plain.k[0]), numbers: numbers(plain.k[1]) }
    : null;
  return { brushes, preset: known ? known[1] : null, picked, filter: filterFrom(plain?.f) };
}

/** @param {any} plain @returns {Filter} */
function filterFrom(plain) {
  const list = (/** @type {unknown} */ value) => (Array.isArray(value) ? value : []);
  return {
    states: Array.isArray(plain?.states) ? plain.states.map(Number) : null,
    labels: list(plain?.labels).filter((l) => typeof l?.[0] === 'string' && Array.isArray(l[1])),
    feasible: plain?.feasible === true,
    limits: list(plain?.limits).filter(
      (l) =>
        typeof l?.[0] === 'string' && (l[1] === '<=' || l[1] === '>=') && typeof l[2] === 'number',
    ),
  };
}
