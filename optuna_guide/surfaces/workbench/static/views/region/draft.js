/**
 * A region that somebody edits, before it is applied.
 *
 * @typedef {{ intervals?: [number, number][], choices?: number[] }} Range  choices: indices
 * @typedef {Map<string, Range>} Draft  a parameter that is missing keeps its whole range
 */

/** @param {Record<string, Range> | undefined} region as the server writes it @returns {Draft} */
export function fromRegion(region) {
  return new Map(Object.entries(region ?? {}));
}

/** As the server reads it. @param {Draft} draft */
export function toRegion(draft) {
  return Object.fromEntries(draft);
}

/** @param {Draft} a @param {Draft} b */
export function isSameDraft(a, b) {
  const text = (/** @type {Draft} */ draft) =>
    JSON.stringify([...draft].sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}

/**
 * The draft with another range of a parameter; a range that leaves nothing out is no range.
 *
 * @param {Draft} draft
 * @param {import('../../state/data.js').Param} param
 * @param {Range | null} range
 * @returns {Draft}
 */
export function withRange(draft, param, range) {
  const next = new Map(draft);
  if (range === null || isWhole(param, range)) next.delete(param.name);
  else next.set(param.name, range);
  return next;
}

/**
 * What is left of a parameter without a range.
 *
 * @param {import('../../state/data.js').Param} param
 * @param {Range} range
 * @returns {Range}
 */
export function without({ low, high, step, choices }, range) {
  if (range.choices) {
    const left = choices.map((_, i) => i).filter((i) => !range.choices?.includes(i));
    return { choices: left };
  }
  /** @type {[number, number][]} */
  const left = [];
  let from = low;
  for (const [a, b] of [...(range.intervals ?? [])].sort(([x], [y]) => x - y)) {
    if (a - (step || 0) >= from && a > low) left.push([from, a - (step || 0)]);
    from = b + (step || 0);
  }
  if (from < high || (step && from === high)) left.push([from, high]);
  return { intervals: left };
}

/** @param {import('../../state/data.js').Param} param @param {Range} range */
function isWhole(param, range) {
  if (range.choices) return range.choices.length === param.choices.length;
  return (range.intervals ?? []).some(([low, high]) => low <= param.low && high >= param.high);
}

/**
 * A range as text.
 *
 * @param {import('../../chart/scales.js').Axis} axis
 * @param {Range} range
 */
export function describeRange(axis, range) {
  if (range.choices) return range.choices.map(axis.format).join(', ');
  return (range.intervals ?? [])
    .map(([low, high]) => [...new Set([axis.format(low), axis.format(high)])].join(' … '))
    .join(' or ');
}
