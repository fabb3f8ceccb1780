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

/** @type {Filter} */
export const NO_FILTER = { states: null, labels: [], feasible: false, limits: [] };
/** @type {Selection} */
export const NOTHING = { brushes: new Map(), preset: null, picked: null, filter: NO_FILTER };

/** @type {[string, Preset][]} */
export const PRESETS = [
  ['Top 1 %', { kind: 'top', share: 0.01 }],
  ['5 %', { kind: 'top', share: 0.05 }],
  ['tenth', { kind: 'top', share: 0.1 }],
  ['25 %', { kind: 'top', share: 0.25 }],
  ['Main cluster', { kind: 'mode', share: 0.5 }],
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
 * Rows of a preset; those that equal its last one are among them, as in `selection.select`.
 *
 * @param {Preset} preset
 * @param {Int32Array} order rows with the target, best first
 * @param {import('./data.js').Column} values of the target
 * @returns {Int32Array}
 */
export function presetRows(preset, order, values) {
  const n = order.length;
  if (n === 0) return order;
  const share = Math.max(1, Math.ceil(preset.share * n - 1e-9));
  if (preset.kind === 'top') {
    let end = share;
    while (end < n && values[order[end]] === values[order[share - 1]]) end += 1;
    return order.slice(0, end);
  }
  if (preset.kind === 'bottom') {
    let start = n - share;
    while (start > 0 && values[order[start - 1]] === values[order[n - share]]) start -= 1;
    return order.slice(start);
  }
  const size = Math.max(1, Math.round(preset.share * n));
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
