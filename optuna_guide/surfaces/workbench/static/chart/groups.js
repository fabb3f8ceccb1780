/** By what trials can be grouped: parameters, attributes, sampler, decision, state. */

import { STATE_NAMES, tint } from './colours.js';
import { attributeOptions, namedOptions, oneOption, paramOptions } from '../compute/options.js';
import { cut, element } from '../shell/dom.js';
import { byImportance, take } from './params.js';

/**
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../compute/options.js').Options} Options
 */

const MAX_CHOICES = 5;

/**
 * What a list offers to group by; the first one is no grouping.
 * @param {Workbench} workbench
 * @returns {{ value: string, text: string }[]}
 */
export function groupItems(workbench) {
  const { data } = workbench;
  const labels = [data.decision, data.sampler, ...data.labels];
  return [
    { value: '', text: 'nothing' },
    ...byImportance(workbench).map(({ name }) => ({ value: `p:${name}`, text: name })),
    ...labels
      .filter(({ labels: words }) => words.length > 1)
      .map(({ name }) => ({ value: `l:${name}`, text: name })),
    ...data.targets
      .filter((_, k) => k !== workbench.target)
      .map(({ name }) => ({ value: `t:${name}`, text: name })),
    { value: 's:', text: 'state' },
  ];
}

/**
 * The groups of some rows.
 * @param {Workbench} workbench
 * @param {string} by As in `groupItems`.
 * @param {ArrayLike<number>} rows
 * @returns {Options}
 */
export function readGroups({ data }, by, rows) {
  const name = by.slice(2);
  if (by.startsWith('p:')) {
    const param = data.param(name);
    if (param) return paramOptions(param, rows);
  }
  if (by.startsWith('l:')) {
    const label = [data.decision, data.sampler, ...data.labels].find((l) => l.name === name);
    const words = label?.labels.map((word) => word || 'none') ?? [];
    if (label) return namedOptions(name, words, take(label.codes, rows), MAX_CHOICES);
  }
  if (by.startsWith('t:')) {
    const target = data.targets.find((t) => t.name === name);
    if (target) return attributeOptions(target, rows);
  }
  if (by === 's:') return namedOptions('state', STATE_NAMES, take(data.state, rows), MAX_CHOICES);
  return oneOption('all', rows.length);
}

/**
 * Names and colours of groups.
 * @param {Options} groups
 */
export function groupLegend({ labels }) {
  return labels.map((label, k) =>
    element('span', { title: cut(label, 200) }, swatch(k), cut(label, 18)),
  );
}

/** The colour of a group as a small square. @param {number} k */
export function swatch(k) {
  const mark = element('i', { class: 'swatch' });
  mark.style.background = tint(k);
  return mark;
}
