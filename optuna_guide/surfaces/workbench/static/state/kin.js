/** Which trials were made from which. */

/**
 * @typedef {import('./data.js').Data} Data
 */

/** @type {WeakMap<Data, [number, number][]>} */
const LINKS = new WeakMap();

/**
 * Pairs of rows, parent and child, in the order of the children.
 * @param {Data} data
 * @returns {[number, number][]}
 */
export function linksOf(data) {
  let found = LINKS.get(data);
  if (!found) {
    found = [];
    for (let row = 0; row < data.n; row += 1) {
      const parent = data.parent[row] < 0 ? -1 : data.rowOf(data.parent[row]);
      if (parent >= 0) found.push([parent, row]);
    }
    LINKS.set(data, found);
  }
  return found;
}

/**
 * A trial with all that it descends from and all that descend from it; nothing where it is alone.
 * @param {Data} data
 * @param {number} row
 * @returns {Set<number>}
 */
export function kinOf(data, row) {
  const links = linksOf(data);
  /** @type {Set<number>} */
  const kin = new Set(row < 0 ? [] : [row]);
  for (const [parent, child] of links) if (kin.has(parent)) kin.add(child);
  let young = row;
  for (let k = links.length - 1; k >= 0; k -= 1) {
    const [parent, child] = links[k];
    if (child === young) kin.add((young = parent));
  }
  return kin.size > 1 ? kin : new Set();
}

/**
 * Parents and children that are both of the kin.
 * @param {Data} data
 * @param {Set<number>} kin
 */
export function linksWithin(data, kin) {
  return linksOf(data).filter(([parent, child]) => kin.has(parent) && kin.has(child));
}
