/** Parameters that belong together: those of a layer, or one of every layer. */

import { findStacks, namesOf } from '../../compute/layers.js';
import { kindsOf } from '../../chart/chips.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {{ pattern: string, names: string[] }} Group  a pattern that stands for these names only
 */

/**
 * Groups of at least two parameters, in their order.
 * @param {Param[]} params
 * @returns {Group[]}
 */
export function findGroups(params) {
  const all = params.map(({ name }) => name);
  const found = findStacks(kindsOf(params)).flatMap((item) => {
    if (typeof item === 'string') return [];
    const layers = item.layers.map(namesOf);
    const wide = layers.filter((names) => names.length > 1);
    return wide.length ? wide : [layers.flat()];
  });
  return found.flatMap((names) => {
    const pattern = patternOf(names);
    const matched = all.filter((name) => matches(name, pattern));
    return names.length > 1 && matched.length === names.length ? [{ pattern, names }] : [];
  });
}

/** What names begin and end with. @param {string[]} names */
function patternOf([first, ...others]) {
  let [start, end] = [first, first];
  for (const name of others) {
    while (!name.startsWith(start)) start = start.slice(0, -1);
    while (!name.endsWith(end)) end = end.slice(1);
  }
  return `${start}*${start.length + end.length < first.length ? end : ''}`;
}

/** @param {string} name @param {string} pattern */
function matches(name, pattern) {
  const [start, end] = pattern.split('*');
  return name.startsWith(start) && name.endsWith(end) && !/[[?*]/u.test(name);
}
