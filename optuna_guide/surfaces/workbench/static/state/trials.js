/** The trials as the server sends them: all of them, or only what changed since the last time. */

import { Data } from './data.js';

/**
 * @typedef {import('../wire.js').Coded} Coded
 * @typedef {import('../wire.js').CellsAnswer} CellsAnswer
 * @typedef {import('../wire.js').ParamAnswer} ParamAnswer
 * @typedef {import('../wire.js').TargetAnswer} TargetAnswer
 * @typedef {import('../wire.js').TrialsAnswer} TrialsAnswer
 * @typedef {import('./data.js').Column} Column
 * @typedef {import('./data.js').Param} Param
 * @typedef {import('./data.js').Rows} Rows
 * @typedef {import('./data.js').Plain} Plain
 */

const FIRST = 8; // parameters that are enough for a first picture
const KINDS = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array };
/** @type {Plain[]} */
const PLAIN = [
  'number',
  'state',
  'feasible',
  'batch',
  'bracket',
  'generation',
  'parent',
  'rung',
  'version',
  'last_step',
  'last_value',
];

/**
 * All trials, or only what changed since `known`, which is then returned itself if nothing did.
 *
 * @param {import('./api.js').Api} api
 * @param {Data | null} [known]
 * @returns {Promise<Data>}
 */
export async function fetchTrials(api, known = null) {
  if (known?.later.length) return fetchTrials(api);
  const question = known ? { after: known.settled, known: known.tag } : { after: 0 };
  const answer = await api.get('trials', question);
  if ('same' in answer) return /** @type {Data} */ (known);
  const fresh = decode(answer);
  if (answer.from === 0) return new Data(fresh);
  if (!known || answer.from > known.n || shape(fresh) !== shape(known)) return fetchTrials(api);
  return new Data(joined(known, fresh, answer.from));
}

/**
 * All trials with their most important parameters; `fetchRest` brings the others.
 *
 * @param {import('./api.js').Api} api
 */
export async function fetchFirst(api) {
  return new Data(decode(/** @type {TrialsAnswer} */ (await api.get('trials', { first: FIRST }))));
}

/**
 * The same trials with all parameters. Where trials moved on in between, all are asked for anew: a
 * row is never of two readings.
 *
 * @param {import('./api.js').Api} api
 * @param {Data} first
 * @returns {Promise<Data>}
 */
export async function fetchRest(api, first) {
  if (!first.later.length) return first;
  const answer = await api.get('params', { tag: first.tag, later: first.later.join(',') });
  if (answer.tag !== first.tag) return fetchTrials(api);
  const params = [...first.params];
  first.later.forEach((place, i) => params.splice(place, 0, decodeParam(answer.params[i])));
  return new Data({ ...first, params, later: [] });
}

/** What must agree before rows can be joined. @param {Data | Rows} data */
function shape(data) {
  return JSON.stringify([
    data.study.name,
    data.params.map((param) => ({ ...param, values: 0, cells: 0 })),
    data.targets.map(({ title, direction }) => [title, direction]),
    data.contexts,
    [data.decision, data.sampler, ...data.labels].map(({ name, labels }) => [name, labels]),
  ]);
}

/** @param {Data} known @param {Rows} fresh @param {number} from @returns {Rows} */
function joined(known, fresh, from) {
  /** Columns that hang on all trials come whole. @param {Column} a @param {Column} b @returns {Column} */
  const join = (a, b) => {
    if (b.length === fresh.n) return b;
    const Kind = /** @type {Float64ArrayConstructor} */ (b.constructor);
    const whole = new Kind(fresh.n);
    whole.set(a.subarray(0, from));
    whole.set(b, from);
    return whole;
  };
  /** @template {{ values: Column }} T @param {T[]} old @param {T[]} next */
  const values = (old, next) =>
    next.map((item, i) => ({ ...item, values: join(old[i].values, item.values) }));
  /** @template {{ codes: Column }} T @param {T} old @param {T} next */
  const codes = (old, next) => ({ ...next, codes: join(old.codes, next.codes) });
  return {
    ...fresh,
    ...columns((name) => join(known[name], fresh[name])),
    params: values(known.params, fresh.params),
    targets: values(known.targets, fresh.targets),
    decision: codes(known.decision, fresh.decision),
    sampler: codes(known.sampler, fresh.sampler),
    labels: fresh.labels.map((label, i) => codes(known.labels[i], label)),
  };
}

/** Coded columns to typed arrays. @param {TrialsAnswer} answer @returns {Rows} */
function decode(answer) {
  return {
    ...answer,
    ...columns((name) => column(answer[name])),
    params: answer.params.map(decodeParam),
    targets: answer.targets.map((target) => ({
      ...decodeValues(target),
      rank: column(target.rank),
      reach: target.reach ?? [0, 0],
    })),
    decision: { name: 'decision', ...decodeCodes(answer.decision) },
    sampler: { name: 'sampler', ...decodeCodes(answer.sampler) },
    labels: answer.labels.map(decodeCodes),
  };
}

/** @param {ParamAnswer} param @returns {Param} */
function decodeParam(param) {
  return { low: NaN, high: NaN, step: null, choices: [], letters: [], ...decodeValues(param) };
}

/** @template {{ values: Coded, cells: CellsAnswer }} T @param {T} item */
function decodeValues(item) {
  return { ...item, values: column(item.values), cells: decodeCodes(item.cells) };
}

/** @template {{ codes: Coded }} T @param {T} label */
function decodeCodes(label) {
  return { ...label, codes: column(label.codes) };
}

/** @param {(name: Plain) => Column} read @returns {Record<Plain, Column>} */
function columns(read) {
  return /** @type {Record<Plain, Column>} */ (
    Object.fromEntries(PLAIN.map((name) => [name, read(name)]))
  );
}

/** @param {Coded} coded @returns {Column} */
export function column({ t, b }) {
  const text = atob(b);
  const size = KINDS[t].BYTES_PER_ELEMENT;
  const n = text.length / size;
  const bytes = new Uint8Array(text.length);
  for (let place = 0; place < size; place += 1)
    for (let i = 0; i < n; i += 1) bytes[i * size + place] = text.charCodeAt(place * n + i);
  return new KINDS[t](bytes.buffer);
}
