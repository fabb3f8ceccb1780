/** Repeated parameters as layers, as in `optuna_guide/words/layers.py`. */

/**
 * @typedef {'categorical' | 'int' | 'float'} Kind
 * @typedef {{ index: number, type: string, size: string, dropout: string, others: string[] }} Layer
 *   names of parameters; empty = none
 * @typedef {{ prefix: string, layers: Layer[] }} Stack
 */

const NUMBER = /^([^0-9]*)([0-9]+)([^]*)$/u;
const DIGITS = 9; // of an index that count

/**
 * Parameters in their order, those that are repeated as stacks.
 * @param {[string, Kind][]} kinds name and kind of each parameter
 * @returns {(string | Stack)[]}
 */
export function findStacks(kinds) {
  /** @type {Map<string, Map<number, string[]>>} */
  const found = new Map();
  for (const [name] of kinds) {
    const parts = NUMBER.exec(name);
    if (!parts) continue;
    const own = found.get(parts[1]) ?? new Map();
    found.set(parts[1], own);
    const index = Number(parts[2].slice(0, DIGITS));
    own.set(index, [...(own.get(index) ?? []), name]);
  }
  /** @type {Map<string, string | Stack>} */
  const items = new Map();
  for (const [name] of kinds) {
    const prefix = NUMBER.exec(name)?.[1];
    const own = prefix === undefined ? undefined : found.get(prefix);
    if (prefix === undefined || !own || own.size < 2) items.set(`name ${name}`, name);
    else if (!items.has(`stack ${prefix}`)) {
      items.set(`stack ${prefix}`, stackOf(prefix, own, kinds));
    }
  }
  return [...items.values()];
}

/**
 * All names in their order, those of a stack together, layer by layer.
 * @param {[string, Kind][]} kinds
 */
export function inBlocks(kinds) {
  return findStacks(kinds).flatMap(unstacked);
}

/**
 * The same from the last to the first, each stack still layer by layer.
 * @param {[string, Kind][]} kinds
 */
export function inBlocksFromLast(kinds) {
  return findStacks(kinds).toReversed().flatMap(unstacked);
}

/** @param {string | Stack} item */
function unstacked(item) {
  return typeof item === 'string' ? [item] : item.layers.flatMap(namesOf);
}

/** @param {Layer} layer */
export function namesOf({ type, size, dropout, others }) {
  return [...[type, size, dropout].filter(Boolean), ...others];
}

/**
 * A capital for each choice: its first letter that no earlier one has.
 * @param {string[]} choices
 */
export function letters(choices) {
  /** @type {string[]} */
  const taken = [];
  for (const choice of choices) {
    const own = [...choice.toUpperCase()].filter((c) => /[\p{L}\p{N}]/u.test(c));
    taken.push(own.find((c) => !taken.includes(c)) ?? own[0] ?? '?');
  }
  return taken;
}

/**
 * @param {string} prefix
 * @param {Map<number, string[]>} names
 * @param {[string, Kind][]} kinds
 * @returns {Stack}
 */
function stackOf(prefix, names, kinds) {
  /** @type {Map<string, Kind>} */
  const suffixes = new Map();
  for (const [name, kind] of kinds) {
    const parts = NUMBER.exec(name);
    if (parts && parts[1] === prefix && !suffixes.has(parts[3])) suffixes.set(parts[3], kind);
  }
  const all = [...suffixes.keys()];
  const type = all.find((s) => suffixes.get(s) === 'categorical');
  const numbers = all.filter((s) => suffixes.get(s) !== 'categorical');
  const dropout = numbers.find((s) => s.toLowerCase().includes('drop'));
  const sizes = numbers.filter((s) => !s.toLowerCase().includes('drop'));
  const size = sizes.find((s) => suffixes.get(s) === 'int') ?? sizes[0];
  const layers = [...names]
    .sort(([a], [b]) => a - b)
    .map(([index, own]) => layerOf(index, own, { type, size, dropout }));
  return { prefix, layers };
}

/**
 * @param {number} index
 * @param {string[]} names
 * @param {{ type?: string, size?: string, dropout?: string }} roles suffixes
 * @returns {Layer}
 */
function layerOf(index, names, roles) {
  /** @type {Layer} */
  const layer = { index, type: '', size: '', dropout: '', others: [] };
  for (const name of names) {
    const suffix = NUMBER.exec(name)?.[3] ?? '';
    const role = /** @type {const} */ (['type', 'size', 'dropout']).find(
      (r) => roles[r] === suffix && !layer[r],
    );
    if (role) layer[role] = name;
    else layer.others.push(name);
  }
  return layer;
}
