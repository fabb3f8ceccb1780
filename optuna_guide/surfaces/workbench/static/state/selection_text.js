/** A selection in words, and as JSON for a link. */

import { STATE_NAMES } from '../chart/colours.js';
import { number, percent } from '../chart/scales.js';
import { TOP_SHARE } from '../rules.js';
import { cut } from '../shell/dom.js';
import { NO_FILTER, NUMBER_KEY, PRESETS, labelsOf } from './selection.js';

/**
 * @typedef {import('./selection.js').Brush} Brush
 * @typedef {import('./selection.js').Filter} Filter
 * @typedef {import('./selection.js').Selection} Selection
 */

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
    const top = preset.share === TOP_SHARE ? 'tenth' : percent(preset.share);
    const words = preset.kind === 'top' ? `top ${top}` : (name ?? '').toLowerCase();
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
    found.push({
      text: filter.states.map((s) => STATE_NAMES[s]).join(', ') || 'no state',
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
      text: `${cut(data.titleOf(name), 40)} ${sign === '<=' ? '≤' : '≥'} ${number(limit)}`,
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
