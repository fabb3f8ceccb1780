/** What the tab knows: the parent, the candidates made of it, the queue, and the children. */

import { findGroups } from './groups.js';
import { describe } from './report.js';
import { stand } from './standing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').ExperimentAnswer} Experiment
 * @typedef {import('../../wire.js').QueueAnswer} Queue
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {import('../../wire.js').PathAnswer} Path
 * @typedef {'parent' | 'made' | 'queue' | 'family' | 'said'} Part
 * @typedef {{ kind: 'ablations' } | { kind: 'variations', n: number, max_changes: number,
 *   inside: boolean, limits: string[], actions: string[] } | { kind: 'path' }} Recipe
 * @typedef {'enqueue' | 'repeat' | 'cancel' | 'reorder' | 'stop' | 'fail'} Steering
 */

const CALM = 5000; // ms after which a question is withdrawn

export class Bench {
  /** @param {Workbench} workbench @param {(part: Part) => void} changed */
  constructor(workbench, changed) {
    this.workbench = workbench;
    this.changed = changed;
    /** Number of the trial that children are made from; null = none is complete yet. @type {number | null} */
    this.parent = null;
    /** Parameters that stay as they are. @type {Set<string>} */
    this.fixed = new Set();
    /** Patterns of the groups that are ablated as one. @type {Set<string>} */
    this.whole = new Set();
    /** @type {Experiment | null} */
    this.made = null;
    /** The way that they are the steps of, if they are. @type {Path | null} */
    this.path = null;
    /** Places of the candidates that are to run. @type {Set<number>} */
    this.chosen = new Set();
    /** Whether the middle shows the form. */
    this.isEditing = false;
    /** The size that the picture of the family shows; empty = the first. */
    this.across = '';
    /** @type {Queue | null} */
    this.queue = null;
    /** @type {Family | null} */
    this.family = null;
    /** What was done last, or why nothing was. */
    this.said = '';
    this.isWrong = false;
    /** The button that asks whether one is sure; empty = none. */
    this.asking = '';
    this.timer = 0;
    /** Whether the server computes candidates. */
    this.isMaking = false;
    /** Tells an answer from an outdated one. */
    this.asked = 0;
  }

  /** Row of the parent, or -1. */
  get row() {
    return this.parent === null ? -1 : this.workbench.rowOf(this.parent);
  }

  /** Parameters that the parent has. */
  get params() {
    const { row } = this;
    if (row < 0) return [];
    return this.workbench.data.params.filter(({ values }) => !Number.isNaN(values[row]));
  }

  /** Names of those that may change. */
  get free() {
    return this.params.map(({ name }) => name).filter((name) => !this.fixed.has(name));
  }

  /** Those of them that belong together. */
  get groups() {
    return findGroups(this.workbench.data, this.params);
  }

  /** What is ablated: names, and patterns of groups that are one. */
  get ablated() {
    const { free, whole } = this;
    const groups = this.groups.filter(
      ({ pattern, names }) => whole.has(pattern) && names.every((name) => free.includes(name)),
    );
    const inside = new Set(groups.flatMap(({ names }) => names));
    return [...groups.map(({ pattern }) => pattern), ...free.filter((name) => !inside.has(name))];
  }

  /** @param {number} number */
  setParent(number) {
    if (number === this.parent) return;
    this.parent = number;
    this.fixed = new Set();
    this.made = null;
    this.family = null;
    this.isEditing = false;
    this.say('');
    for (const part of /** @type {Part[]} */ (['parent', 'made', 'family'])) this.changed(part);
    this.lookAtFamily();
  }

  /** @param {string[]} names @param {boolean} mayChange */
  setFree(names, mayChange) {
    for (const name of names) {
      if (mayChange) this.fixed.delete(name);
      else this.fixed.add(name);
    }
    this.changed('parent');
  }

  /** @param {string} pattern @param {boolean} isOne */
  setWhole(pattern, isOne) {
    if (isOne) this.whole.add(pattern);
    else this.whole.delete(pattern);
    this.changed('parent');
  }

  /** Ask for candidates. @param {Recipe} recipe */
  async make(recipe) {
    if (this.parent === null) return;
    this.asked += 1;
    const { asked, params } = this;
    this.isEditing = false;
    this.isMaking = true;
    this.say('');
    this.changed('made');
    const names = recipe.kind === 'ablations' ? this.ablated : this.free;
    const isAll = names.length === params.length;
    const query = {
      trial: this.parent,
      target: this.workbench.targetColumn.name,
      params: isAll ? null : JSON.stringify(names),
    };
    try {
      const [made, path] = await this.#ask(recipe, query);
      if (asked !== this.asked) return;
      this.made = made;
      this.path = path;
      const isWorthIt = (/** @type {import('../../wire.js').CandidateAnswer} */ candidate) =>
        path ? !candidate.tried.length : candidate.is_new;
      this.chosen = new Set(made.candidates.flatMap((c, i) => (isWorthIt(c) ? [i] : [])));
    } catch (error) {
      if (asked !== this.asked) return;
      this.made = null;
      this.fail(error);
    }
    this.isMaking = false;
    this.changed('made');
  }

  /**
   * @param {Recipe} recipe
   * @param {import('../../state/api.js').Query} query
   * @returns {Promise<[Experiment, Path | null]>}
   */
  async #ask(recipe, query) {
    const { api } = this.workbench;
    if (recipe.kind === 'ablations') return [await api.get('experiments/ablations', query), null];
    if (recipe.kind === 'path') return this.#askPath({ ...query, params: null });
    const { n, max_changes, inside, limits, actions } = recipe;
    const how = {
      n,
      max_changes,
      inside: String(inside),
      limits: JSON.stringify(limits),
      actions: JSON.stringify(actions),
    };
    return [await api.get('experiments/variations', { ...query, ...how }), null];
  }

  /** @param {import('../../state/api.js').Query} query @returns {Promise<[Experiment, Path]>} */
  async #askPath(query) {
    const { api, targetColumn } = this.workbench;
    const path = await api.get('experiments/path', query);
    if (path.state !== 'ready') throw new Error(path.reason);
    const made = {
      kind: /** @type {const} */ ('path'),
      parent: Number(query.trial),
      value: targetColumn.values[this.row],
      target: targetColumn.name,
      direction: targetColumn.direction,
      candidates: [path.start, ...path.steps].map(({ candidate }) => candidate),
      left_out: [],
      notes: [...path.interactions.map((text) => `${text}.`), ...path.notes],
    };
    return [made, path];
  }

  /** Show the form. */
  edit() {
    this.asked += 1;
    this.isMaking = false;
    this.isEditing = true;
    this.say('');
    this.changed('made');
  }

  /** Enqueue the chosen candidates. */
  async enqueueChosen() {
    const { made, chosen } = this;
    if (!made) return;
    const picked = made.candidates.filter((_, i) => chosen.has(i));
    const done = await this.write('enqueue', {
      kind: made.kind,
      parent: made.parent,
      target: made.target,
      trials: picked.map(({ params }) => params),
      again: picked.some(({ tried }) => tried.length > 0),
    });
    if (!done) return;
    chosen.clear();
    this.changed('made');
  }

  /** Steer the queue; returns what was done, null where nothing was. @param {Steering} path @param {Record<string, unknown>} body */
  async write(path, body) {
    try {
      const done = await this.workbench.api.post(`experiments/${path}`, body);
      this.say(describe(path, done));
      this.#take(done);
      await this.lookAtFamily();
      return path === 'stop' || done.steps.some((step) => step.is_done) ? done : null;
    } catch (error) {
      this.fail(error);
      return null;
    }
  }

  /** Ask whether one is sure, for a while. @param {string} key of the button; empty = no longer */
  ask(key) {
    clearTimeout(this.timer);
    this.asking = key;
    if (key) this.timer = window.setTimeout(() => this.ask(''), CALM);
    this.changed('queue');
  }

  /** Ask for the queue; the children are asked for again where it moved. */
  async look() {
    const before = JSON.stringify(moved(this.queue));
    const queue = await this.workbench.api.get('experiments/queue');
    this.#take(queue);
    if (before !== JSON.stringify(moved(queue))) await this.lookAtFamily();
  }

  async lookAtFamily() {
    const { parent, workbench } = this;
    if (parent === null) return;
    const query = { trial: parent, target: workbench.targetColumn.name };
    try {
      const family = await workbench.api.get('experiments/children', query);
      if (parent !== this.parent) return;
      this.family = family;
      this.#stand(family);
      this.changed('family');
    } catch (error) {
      this.fail(error);
    }
  }

  /** Each candidate says where it waits, or was tried; what is tried now is no longer chosen. @param {Family} family */
  #stand(family) {
    const { made, queue, chosen } = this;
    if (!made) return;
    const queued = new Set([...(queue?.waiting ?? []), ...(queue?.running ?? [])].map(numberOf));
    let isMoved = false;
    for (const [i, candidate] of made.candidates.entries()) {
      const now = stand(candidate, family, queued);
      if (now.verdict === candidate.verdict) continue;
      if (now.tried.length > candidate.tried.length) chosen.delete(i);
      Object.assign(candidate, now);
      isMoved = true;
    }
    if (isMoved) this.changed('made');
  }

  /** @param {Queue} queue */
  #take(queue) {
    if (JSON.stringify(queue) === JSON.stringify(this.queue)) return;
    this.queue = queue;
    this.changed('queue');
  }

  /** @param {string} words @param {boolean} [isWrong] */
  say(words, isWrong = false) {
    this.said = words;
    this.isWrong = isWrong;
    this.changed('said');
  }

  /** @param {unknown} error */
  fail(error) {
    this.say(String(/** @type {Error} */ (error).message ?? error), true);
  }
}

/** What makes the children change. @param {Queue | null} queue */
function moved(queue) {
  return queue && [queue.waiting, queue.running].map((trials) => trials.map(numberOf));
}

/** @param {{ number: number }} trial */
function numberOf({ number }) {
  return number;
}
