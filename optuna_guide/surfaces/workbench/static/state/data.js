/**
 * The trials of a study as columns: row i is the same trial in all, whatever its state, by ascending
 * number. Rows are no numbers: a database may have lost trials.
 *
 * @typedef {import('../wire.js').ParamAnswer} ParamAnswer
 * @typedef {import('../wire.js').TargetAnswer} TargetAnswer
 * @typedef {import('../wire.js').TrialsAnswer} TrialsAnswer
 * @typedef {Float64Array | Float32Array | Int32Array | Uint8Array} Column
 * @typedef {{ labels: string[], codes: Column, ranges: import('./selection.js').Brush[] }} Cells
 *   of the complete trials; codes: `NO_CELL` = none; ranges: what a cell of a parameter holds
 * @typedef {Required<Omit<ParamAnswer, 'values' | 'cells'>> & { values: Column, cells: Cells }} Param
 *   values: the number, or the index of the choice; NaN = inactive
 * @typedef {Omit<TargetAnswer, 'values' | 'rank' | 'reach' | 'cells'>
 *   & { values: Column, rank: Column, reach: [number, number], cells: Cells }} Target
 *   reach: values that are drawn as they are, the worse ones stand at the edge; constrained:
 *   infeasible trials rank behind all others; values: NaN = the trial has none; rank: 0 = best,
 *   -1 = none
 * @typedef {{ name: string, is_context?: boolean, labels: string[], codes: Column }} Label
 *   codes: -1 = none
 * @typedef {'number' | 'state' | 'feasible' | 'batch' | 'bracket' | 'generation' | 'parent' | 'rung' | 'version'
 *   | 'last_step' | 'last_value'} Plain
 * @typedef {Pick<TrialsAnswer, 'study' | 'tag' | 'n' | 'settled' | 'later' | 'blocks'
 *   | 'default_target' | 'contexts'>
 *   & Record<Plain, Column> & { params: Param[], targets: Target[], decision: Label,
 *   sampler: Label, labels: Label[] }} Rows  a decoded answer
 */

import { NO_CELL } from '../rules.js';

/** What stands for a target in a study that has none. @param {number} n @returns {Target} */
export function noTarget(n) {
  return {
    name: '',
    title: '',
    kind: 'objective',
    direction: 'minimize',
    constrained: false,
    is_size: false,
    values: new Float64Array(n).fill(NaN),
    rank: new Int32Array(n).fill(-1),
    reach: [0, 0],
    cells: { labels: [], codes: new Uint8Array(n).fill(NO_CELL), ranges: [] },
  };
}

/** All trials; a new value for every change, so that views can compare by identity. */
export class Data {
  /** @param {Rows} rows all of them */
  constructor(rows) {
    this.study = rows.study;
    this.n = rows.n;
    /** All rows before this one are finished for good. */
    this.settled = rows.settled;
    /** What the server knows these rows by. */
    this.tag = rows.tag;
    this.params = rows.params;
    /** Places of the parameters that are still to come. */
    this.later = rows.later;
    /** Names of the parameters, those that are repeated as a stack. */
    this.blocks = rows.blocks;
    this.targets = rows.targets;
    this.default_target = rows.default_target;
    const own = rows.targets.findIndex(({ name }) => name === rows.default_target);
    /** Index of the target that the study is about. */
    this.defaultTarget = Math.max(0, own);
    this.number = rows.number;
    this.state = rows.state;
    /** Flags. */
    this.feasible = rows.feasible;
    /** Trials that could not learn from each other; -1 = none. */
    this.batch = rows.batch;
    /** Of Hyperband; -1 = unknown. */
    this.bracket = rows.bracket;
    this.generation = rows.generation;
    /** Number of the trial that each was made from; -1 = none. */
    this.parent = rows.parent;
    this.rung = rows.rung;
    /** Version of the guidance that the trial was drawn with. */
    this.version = rows.version;
    /** Of the last intermediate value; -1 = none was reported. */
    this.last_step = rows.last_step;
    this.last_value = rows.last_value;
    this.decision = rows.decision;
    this.sampler = rows.sampler;
    this.labels = rows.labels;
    /** What nobody would choose. */
    this.contexts = rows.contexts;
  }

  /** @param {string} name */
  param(name) {
    return this.params.find((param) => param.name === name);
  }

  /** A target, and within what it is given. @param {string} name */
  titleOf(name) {
    return this.targets.find((target) => target.name === name)?.title ?? name;
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
