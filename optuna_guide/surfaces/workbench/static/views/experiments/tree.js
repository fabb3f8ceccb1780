/** The family as a tree: each trial below the one that it was made from. */

/**
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('../../wire.js').ChildAnswer} Child
 * @typedef {{ child: Child, guide: string }} Branch  a child and the lines that lead to it
 */

/** Children and theirs, each after its parent; those that were cancelled are no part. @param {Family} family @returns {Branch[]} */
export function findBranches(family) {
  /** @type {Map<number, Child[]>} */
  const byParent = new Map();
  for (const child of [...family.children, ...family.descendants])
    byParent.set(child.parent, [...(byParent.get(child.parent) ?? []), child]);
  /** @type {(parent: number) => boolean} */
  const isOfUse = (n) => (byParent.get(n) ?? []).some(isKept);
  const isKept = (/** @type {Child} */ child) =>
    child.state !== 'cancelled' || isOfUse(child.number);
  /** @type {(parent: number, lead: string, depth: number) => Branch[]} */
  const walk = (parent, lead, depth) => {
    const own = (byParent.get(parent) ?? []).filter(isKept);
    return own.flatMap((child, k) => {
      const isLast = k === own.length - 1;
      const guide = depth ? `${lead}${isLast ? '└ ' : '├ '}` : '';
      const below = depth ? `${lead}${isLast ? '  ' : '│ '}` : '';
      return [{ child, guide }, ...walk(child.number, below, depth + 1)];
    });
  };
  return walk(family.parent, '', 0);
}
