/**
 * The words that a table is searched by: all of them must hold.
 *
 *   adam            any text of the trial holds it
 *   #12             trial 12
 *   lr<0.01         a number of a column: < <= > >= = !=
 *   state:pruned    the text of a column holds it; = is the whole text, != any other
 *   "my name"="a b" quotes hold blanks together
 *
 * @typedef {{ name: string, sign: string, value: string }} Term  sign: empty = a mere word
 * @typedef {{ title: string, number: ((row: number) => number) | null,
 *   text: (row: number) => string }} Field  what can be asked for by its title
 */

const SIGNS = ['<=', '>=', '!=', '<', '>', '=', ':'];
const CLOSE = 1e-9; // share within which numbers are equal

/** @param {string} text @returns {Term[]} */
export function readTerms(text) {
  /** @type {Term[]} */
  const terms = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at])) {
      at += 1;
      continue;
    }
    const name = readWord(text, at, true);
    const sign = SIGNS.find((one) => text.startsWith(one, name.end)) ?? '';
    const value = sign
      ? readWord(text, name.end + sign.length, false)
      : { word: '', end: name.end };
    terms.push({ name: name.word, sign, value: value.word });
    at = value.end;
  }
  return terms;
}

/** @param {string} text @param {number} at @param {boolean} isName ends where a sign begins */
function readWord(text, at, isName) {
  if (text[at] === '"') {
    const close = text.indexOf('"', at + 1);
    const end = close < 0 ? text.length : close;
    return { word: text.slice(at + 1, end), end: Math.min(end + 1, text.length) };
  }
  let end = at;
  const isSign = (/** @type {number} */ k) =>
    isName && SIGNS.some((one) => text.startsWith(one, k));
  while (end < text.length && !/\s/.test(text[end]) && !isSign(end)) end += 1;
  return { word: text.slice(at, end), end };
}

/**
 * What tells whether a row is found, or a sentence that says what is wrong.
 *
 * @param {string} text
 * @param {Field[]} fields
 * @param {(row: number) => number} numberOf trial number of a row
 * @returns {((row: number) => boolean) | string}
 */
export function makeQuery(text, fields, numberOf) {
  /** @type {((row: number) => boolean)[]} */
  const tests = [];
  for (const term of readTerms(text)) {
    const test = term.sign ? fieldTest(term, fields) : wordTest(term.name, fields, numberOf);
    if (typeof test === 'string') return test;
    tests.push(test);
  }
  return (row) => tests.every((test) => test(row));
}

/** @param {string} word @param {Field[]} fields @param {(row: number) => number} numberOf */
function wordTest(word, fields, numberOf) {
  if (/^#\d+$/.test(word))
    return (/** @type {number} */ row) => numberOf(row) === Number(word.slice(1));
  const wanted = word.toLowerCase();
  const texts = fields.filter(({ number }) => number === null);
  return (/** @type {number} */ row) =>
    String(numberOf(row)) === word ||
    texts.some(({ text }) => text(row).toLowerCase().includes(wanted));
}

/** @param {Term} term @param {Field[]} fields */
function fieldTest({ name, sign, value }, fields) {
  const found = fieldOf(name, fields);
  if (typeof found === 'string') return found;
  if (value === '') return `What shall ${found.title} be? Write a value after ${sign}`;
  const { number, text } = found;
  const wanted = value.toLowerCase();
  if (sign === ':') return (/** @type {number} */ row) => text(row).toLowerCase().includes(wanted);
  const limit = Number(value);
  if (number === null || Number.isNaN(limit)) {
    if (sign !== '=' && sign !== '!=') {
      const what = number === null ? `${found.title} holds texts` : `${value} is no number`;
      return `${what}: use = or : instead of ${sign}`;
    }
    const isEqual = (/** @type {number} */ row) => text(row).toLowerCase() === wanted;
    return sign === '=' ? isEqual : (/** @type {number} */ row) => !isEqual(row);
  }
  return (/** @type {number} */ row) => {
    const own = number(row);
    return (
      !Number.isNaN(own) && (holds(own, sign, limit) || (sign === '=' && text(row) === value))
    );
  };
}

/** @param {number} own @param {string} sign @param {number} limit */
function holds(own, sign, limit) {
  const isClose = Math.abs(own - limit) <= CLOSE * Math.max(Math.abs(own), Math.abs(limit));
  if (sign === '=' || sign === '!=') return isClose === (sign === '=');
  if (sign === '<' || sign === '>') return !isClose && own < limit === (sign === '<');
  return isClose || own < limit === (sign === '<=');
}

/** The field of this name, or the only one whose name holds it. @param {string} name @param {Field[]} fields */
function fieldOf(name, fields) {
  const wanted = name.toLowerCase();
  const named = (/** @type {(title: string) => boolean} */ is) =>
    fields.filter(({ title }) => is(title.toLowerCase()));
  const exact =
    fields.find(({ title }) => title === name) ?? named((title) => title === wanted)[0];
  if (exact) return exact;
  const begin = named((title) => title.startsWith(wanted));
  const some = begin.length ? begin : named((title) => title.includes(wanted));
  if (some.length === 1) return some[0];
  if (!some.length) return `No column is called ${name}`;
  return `${name} may be ${some
    .slice(0, 3)
    .map(({ title }) => title)
    .join(', ')}${some.length > 3 ? ', …' : ''}: write more of the name`;
}
