/** Parameters that belong together: those of a layer, or one of every layer. */

import { namesOf } from '../../chart/params.js';

/**
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {{ pattern: string, names: string[] }} Group  a pattern that stands for these names only
 */

/**
 * Groups of at least two parameters, in their order.
 * @param {import('../../state/data.js').Data} data
 * @param {Param[]} params those that count
 * @returns {Group[]}
 */
export function findGroups({ blocks }, params) {
  const all = params.map(({ name }) => name);
  const found = blocks.flatMap((item) => {
    if (typeof item === 'string') return [];
    const layers = item.layers.map((layer) => namesOf(layer).filter((name) => all.includes(name)));
    const wide = layers.filter((names) => names.length > 1);
    const groups = wide.length ? wide : [layers.flat()];
    return groups.filter((names) => names.length > 1);
  });
  return found.flatMap((names) => {
    const pattern = patternOf(names);
    const matched = all.filter((name) => matches(name, pattern));
    return matched.length === names.length ? [{ pattern, names }] : [];
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
