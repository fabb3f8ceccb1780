/** Where a candidate stands once it was tried, queued, or taken back. */

/**
 * @typedef {import('../../wire.js').CandidateAnswer} Candidate
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 */

/**
 * What the family, and the queue, tell of a candidate.
 *
 * @param {Candidate} candidate
 * @param {Family} family
 * @param {Set<number>} queued trials that wait or run
 * @returns {Pick<Candidate, 'tried' | 'verdict' | 'is_new'>}
 */
export function stand({ params, tried: before, merit }, family, queued) {
  const gone = new Set(family.cancelled);
  const kin = [...family.children, ...family.descendants];
  const same = kin.filter((child) => isSame(child.params, params)).map(({ number }) => number);
  const tried = [...new Set([...before, ...same])]
    .filter((number) => !gone.has(number))
    .sort((a, b) => a - b);
  const done = tried.every((number) => queued.has(number)) ? 'queued' : 'tried';
  const verdict = tried.length ? `already ${done} as trial ${tried[0]}` : merit;
  return { tried, verdict, is_new: verdict === 'new' };
}

/** @param {Record<string, number>} a @param {Record<string, number>} b */
function isSame(a, b) {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
