/**
 * Names shortened where they do not differ, so that those of one family can be told apart, as in
 * `optuna_guide/words/names.py`.
 */

import { SHORTENING } from '../rules.js';

const PLAIN = SHORTENING.plain; // worth of a letter
const TELLING = SHORTENING.telling; // of all letters that tell two names apart
const ALIKE = SHORTENING.alike; // of these, where the names came out the same without them
const GAP = SHORTENING.gap; // price of an ellipsis
const BROKEN = SHORTENING.broken; // of one within a word
const LONGEST = SHORTENING.longest; // letters of a word that counts as a whole
const MOST = SHORTENING.most; // letters that a name is ever given

/** @typedef {[boolean[], boolean[]][]} Plan  whether to keep each letter, as in `planOf` */

/** The family of each name of the study. @type {Map<string, string[]>} */
let families = new Map();
let known = '';
/** @type {Map<string, Plan>} */
const PLANS = new Map();
/** Names that were shortened before. @type {Map<string, string>} */
const SHORT = new Map();
let nChanges = 0;

/** Changes with the names. */
export function edition() {
  return nChanges;
}

/**
 * What is read beside each other from now on.
 * @param {string[][]} groups
 */
export function knowNames(groups) {
  const names = JSON.stringify(groups);
  if (names === known) return;
  known = names;
  nChanges += 1;
  PLANS.clear();
  SHORT.clear();
  families = new Map([...groups].reverse().flatMap((group) => group.map((name) => [name, group])));
}

/**
 * A name of the study, shortened to tell it from its family; null for any other text.
 * @param {string} name
 * @param {number} nLetters
 */
export function shortName(name, nLetters) {
  const family = families.get(name);
  if (!family) return null;
  const key = `${nLetters} ${name}`;
  let found = SHORT.get(key);
  if (found === undefined) {
    const room = Math.min(nLetters, MOST);
    found = planned(name, family, room);
    const alike = family.filter((other) => planned(other, family, room) === found);
    if (new Set(alike).size > 1) found = shorten(name, alike, room, ALIKE);
    SHORT.set(key, found);
  }
  return found;
}

/** @param {string} name @param {string[]} family @param {number} room */
function planned(name, family, room) {
  const letters = [...name];
  if (letters.length <= room) return name;
  let plan = PLANS.get(name);
  if (!plan) PLANS.set(name, (plan = planOf(letters, family, MOST, TELLING)));
  return read(letters, plan, room);
}

/**
 * At most so many letters of a name, ellipses included: those that tell it from its family.
 *
 * Of all ways to leave letters out the one is taken whose kept letters are worth most. A letter is
 * worth the more, the shorter the stretch by which it tells the name from another one, which as a
 * whole is worth `telling`.
 * @param {string} name
 * @param {string[]} family
 * @param {number} nLetters
 * @param {number} [telling]
 * @returns {string}
 */
export function shorten(name, family, nLetters, telling = TELLING) {
  const letters = [...name];
  const room = Math.min(nLetters, MOST);
  return letters.length <= room
    ? name
    : read(letters, planOf(letters, family, room, telling), room);
}

/**
 * Whether to keep each letter: after a kept letter or a gap, with room for so many letters.
 * @param {string[]} letters
 * @param {string[]} family
 * @param {number} room
 * @param {number} telling
 * @returns {Plan}
 */
function planOf(letters, family, room, telling) {
  const name = letters.join('');
  const borders = bordersOf(name);
  const others = family.filter((other) => other !== name).map((other) => [...other]);
  const worth = worthOf(letters, others, borders, telling);
  const rooms = Array.from({ length: room + 1 }, (_, k) => k);
  let best = [rooms.map(() => 0), rooms.map(() => 0)]; // worth of the letters from here on
  /** @type {Plan} */
  const keeps = [];
  for (let at = worth.length - 1; at >= 0; at--) {
    const broken = borders.has(at) ? 0 : BROKEN;
    const [afterKept, afterGap] = best;
    const kept = rooms.map((k) => (k ? worth[at] + afterKept[k - 1] : -Infinity));
    const begun = rooms.map((k) => (k ? afterGap[k - 1] - GAP - broken : -Infinity));
    const resumed = kept.map((v) => v - broken);
    keeps.push([kept.map((v, k) => v >= begun[k]), resumed.map((v, k) => v >= afterGap[k])]);
    best = [
      kept.map((v, k) => Math.max(v, begun[k])),
      resumed.map((v, k) => Math.max(v, afterGap[k])),
    ];
  }
  return keeps.reverse();
}

/** Where words end. @param {string} name */
function bordersOf(name) {
  const borders = new Set([0]);
  let end = 0;
  for (const [word] of name.matchAll(/[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^A-Za-z0-9]/gu)) {
    end += [...word].length;
    borders.add(end);
  }
  return borders;
}

/**
 * @param {string[]} letters
 * @param {Plan} keeps
 * @param {number} room
 */
function read(letters, keeps, room) {
  let kept = '';
  let isGap = 0;
  letters.forEach((letter, at) => {
    if (keeps[at][isGap][room]) {
      kept += letter;
      isGap = 0;
      room -= 1;
    } else if (!isGap) {
      kept += '…';
      isGap = 1;
      room -= 1;
    }
  });
  return kept;
}

/**
 * @param {string[]} letters
 * @param {string[][]} others
 * @param {Set<number>} borders
 * @param {number} telling
 */
function worthOf(letters, others, borders, telling) {
  const n = letters.length;
  const worth = new Array(n).fill(PLAIN);
  const backwards = [...letters].reverse();
  for (const other of others) {
    const begin = nAlike(letters, other);
    const both = Math.min(n, other.length) - begin;
    const alike = Math.min(nAlike(backwards, [...other].reverse()), both);
    const [start, end] = whole(begin, Math.max(n - alike, begin + 1), n, borders);
    const share = PLAIN + Math.floor(telling / (end - start));
    for (let at = start; at < end; at++) worth[at] = Math.max(worth[at], share);
  }
  return worth;
}

/** Letters at the beginning that are the same. @param {string[]} one @param {string[]} other */
function nAlike(one, other) {
  const most = Math.min(one.length, other.length);
  let n = 0;
  while (n < most && one[n] === other[n]) n += 1;
  return n;
}

/**
 * A stretch up to the ends of its words, if they are near.
 * @param {number} start
 * @param {number} end
 * @param {number} n
 * @param {Set<number>} borders
 */
function whole(start, end, n, borders) {
  end = Math.min(end, n);
  start = Math.min(start, end - 1);
  let [first, last] = [start, end];
  while (first > 0 && !borders.has(first)) first -= 1;
  while (last < n && !borders.has(last)) last += 1;
  return [start - first < LONGEST ? first : start, last - end < LONGEST ? last : end];
}
