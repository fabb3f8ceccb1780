/**
 * The trials of a study as columns: row i is the same trial in all, whatever its state, by ascending
 * number. Rows are no numbers: a database may have lost trials.
 *
 * @typedef {{ t: 'f64' | 'f32' | 'i32' | 'u8', b: string }} Coded
 * @typedef {Float64Array | Float32Array | Int32Array | Uint8Array} Column
 * @typedef {{
 *   name: string, kind: 'float' | 'int' | 'categorical', log: boolean,
 *   low: number, high: number, step: number | null, choices: string[], values: Column, cells: Cells,
 * }} Param  values: the number, or the index of the choice; NaN = inactive
 * @typedef {{ labels: string[], codes: Column, ranges: import('./selection.js').Brush[] }} Cells
 *   of the complete trials; codes: `NO_CELL` = none; ranges: what a cell of a parameter holds
 * @typedef {{
 *   name: string, kind: 'objective' | 'pareto_rank' | 'duration' | 'attribute',
 *   direction: 'minimize' | 'maximize', constrained: boolean, values: Column, rank: Column,
 *   reach: [number, number], cells: Cells,
 * }} Target  reach: values that are drawn as they are, the worse ones stand at the edge; constrained: infeasible trials rank behind all others; values: NaN = the trial has
 *   none; rank: 0 = best, -1 = none
 * @typedef {{ name: string, labels: string[], codes: Column }} Label  -1 = none
 */

const KINDS = { f64: Float64Array, f32: Float32Array, i32: Int32Array, u8: Uint8Array };
/** @type {('number' | 'state' | 'feasible' | 'batch' | 'bracket' | 'generation' | 'rung' | 'version'
 *   | 'last_step' | 'last_value')[]} */
const PLAIN = [
  'number',
  'state',
  'feasible',
  'batch',
  'bracket',
  'generation',
  'rung',
  'version',
  'last_step',
  'last_value',
];

/** All trials; a new value for every change, so that views can compare by identity. */
export class Data {
  /** @param {any} answer decoded answer of the server, all rows */
  constructor(answer) {
    /** @type {{ id: number, name: string }} */
    this.study = answer.study;
    /** @type {number} */
    this.n = answer.n;
    /** All rows before this one are finished for good. @type {number} */
    this.settled = answer.settled;
    /** What the server knows these rows by. @type {string} */
    this.tag = answer.tag ?? '';
    /** Index of the target that the study is about. @type {number} */
    this.defaultTarget = Math.max(
      0,
      answer.targets.findIndex(
        (/** @type {Target} */ target) => target.name === answer.default_target,
      ),
    );
    /** @type {Param[]} */
    this.params = answer.params;
    /** @type {Target[]} */
    this.targets = answer.targets;
    /** @type {Column} */
    this.number = answer.number;
    /** @type {Column} */
    this.state = answer.state;
    /** Flags. @type {Column} */
    this.feasible = answer.feasible;
    /** Trials that could not learn from each other; -1 = none. @type {Column} */
    this.batch = answer.batch;
    /** Of Hyperband; -1 = unknown. @type {Column} */
    this.bracket = answer.bracket;
    /** @type {Column} */
    this.generation = answer.generation;
    /** @type {Column} */
    this.rung = answer.rung;
    /** Version of the guidance that the trial was drawn with. @type {Column} */
    this.version = answer.version;
    /** Of the last intermediate value; -1 = none was reported. @type {Column} */
    this.last_step = answer.last_step;
    /** @type {Column} */
    this.last_value = answer.last_value;
    /** @type {Label} */
    this.decision = { ...answer.decision, name: 'decision' };
    /** @type {Label} */
    this.sampler = { ...answer.sampler, name: 'sampler' };
    /** @type {Label[]} */
    this.labels = answer.labels;
  }

  /** @param {string} name @returns {Param | undefined} */
  param(name) {
    return this.params.find((param) => param.name === name);
  }

  /** Row of a trial number, or -1: numbers ascend, and some may be missing. @param {number} number */
  rowOf(number) {
    let row = Math.min(number, this.n - 1);
    while (row >= 0 && this.number[row] > number) row -= 1;
    return row >= 0 && this.number[row] === number ? row : -1;
  }

  /** Number of trials in each state. */
  counts() {
    const counts = [0, 0, 0, 0, 0];
    for (const state of this.state) counts[state] += 1;
    return counts;
  }
}

/**
 * All trials, or only what changed since `known`, which is then returned itself if nothing did.
 *
 * @param {import('./api.js').Api} api
 * @param {Data | null} [known]
 * @returns {Promise<Data>}
 */
export async function fetchTrials(api, known = null) {
  if (known === null) return new Data(decode(await api.get('trials', { after: 0 })));
  const answer = await api.get('trials', { after: known.settled, known: known.tag });
  if (answer.same) return known;
  const fresh = decode(answer);
  if (answer.from === 0) return new Data(fresh);
  if (answer.from > known.n || shape(fresh) !== shape(known)) return fetchTrials(api);
  return new Data(joined(known, fresh, answer.from));
}

/** What must agree before rows can be joined. @param {any} data */
function shape(data) {
  return JSON.stringify([
    data.study.name,
    data.params.map((/** @type {Param} */ p) => ({ ...p, values: 0, cells: 0 })),
    data.targets.map((/** @type {Target} */ t) => [t.name, t.direction]),
    [data.decision, data.sampler, ...data.labels].map((label) => [label.name, label.labels]),
  ]);
}

/** @param {Data} known @param {any} fresh @param {number} from @returns {any} */
function joined(known, fresh, from) {
  /** Columns that hang on all trials come whole. @type {(a: Column, b: Column) => Column} */
  const join = (a, b) => {
    if (b.length === fresh.n) return b;
    const Kind = /** @type {any} */ (b.constructor);
    const whole = new Kind(fresh.n);
    whole.set(a.subarray(0, from));
    whole.set(b, from);
    return whole;
  };
  const labels = (/** @type {Label} */ a, /** @type {Label} */ b) => ({
    ...b,
    codes: join(a.codes, b.codes),
  });
  return {
    ...fresh,
    ...Object.fromEntries(PLAIN.map((name) => [name, join(known[name], fresh[name])])),
    params: known.params.map((p, i) => ({
      ...fresh.params[i],
      values: join(p.values, fresh.params[i].values),
    })),
    targets: known.targets.map((t, i) => ({
      ...fresh.targets[i],
      values: join(t.values, fresh.targets[i].values),
    })),
    decision: labels(known.decision, fresh.decision),
    sampler: labels(known.sampler, fresh.sampler),
    labels: known.labels.map((label, i) => labels(label, fresh.labels[i])),
  };
}

/** Coded columns to typed arrays. @param {any} answer @returns {any} */
function decode(answer) {
  const labels = (/** @type {any} */ label) => ({ ...label, codes: column(label.codes) });
  const values = (/** @type {any} */ item) => ({
    ...item,
    values: column(item.values),
    cells: labels(item.cells),
  });
  return {
    ...answer,
    ...Object.fromEntries(PLAIN.map((name) => [name, column(answer[name])])),
    params: answer.params.map((/** @type {any} */ p) => ({
      low: NaN,
      high: NaN,
      step: null,
      log: false,
      ...values(p),
      choices: p.choices ?? [],
    })),
    targets: answer.targets.map((/** @type {any} */ t) => ({
      ...values(t),
      rank: column(t.rank),
      reach: t.reach ?? [0, 0],
    })),
    decision: { name: 'decision', ...labels(answer.decision) },
    sampler: { name: 'sampler', ...labels(answer.sampler) },
    labels: answer.labels.map(labels),
  };
}

/** @param {Coded} coded @returns {Column} */
export function column(coded) {
  const text = atob(coded.b);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return new KINDS[coded.t](bytes.buffer);
}
