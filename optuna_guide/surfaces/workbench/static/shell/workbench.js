/** The one state of the page: every view reads it, every interaction changes it here. */

import { knowNames } from '../compute/names.js';
import { noTarget } from '../state/data.js';
import { BY_RANK, bestFirst, goodnessOf } from '../state/ranking.js';
import { Selecting } from '../state/selecting.js';
import { filterMask, selectionMask } from '../state/selection.js';
import { oneLine } from './dom.js';

/**
 * @typedef {'data' | 'guidance' | 'target' | 'selection' | 'hover' | 'kept' | 'region' | 'theme'
 *   | 'focus' | 'estimates' | 'wish' | 'opened'} Change
 * @typedef {{ trial: number, how: 'ablate' | 'vary' | 'edit' }} Wish  of an experiment
 * @typedef {{ update: (changes: Set<string>) => void }} View
 * @typedef {import('../wire.js').Guidance} Guidance
 * @typedef {import('../wire.js').RegionAnswer} RegionAnswer
 * @typedef {{ state: 'ready' | 'not_ready' | 'fitting' | 'failed', reason: string,
 *   seconds: number }} GuidanceStatus
 */

/** @param {Guidance} guidance */
const rankingOf = ({ params }) => params.map(({ name }) => name).join('\n');

export class Workbench extends Selecting {
  #complete = () => {};

  /**
   * @param {import('../state/api.js').Api} api
   * @param {import('../state/data.js').Data} data
   */
  constructor(api, data) {
    super();
    this.api = api;
    this.data = data;
    /** Index into `data.targets`. */
    this.target = data.defaultTarget;
    /** What the server learnt. @type {Guidance | null} */
    this.guidance = null;
    /** The forest beside the terms of the EBM. @type {Record<string, import('../wire.js').TermAnswer>} */
    this.terms = {};
    /** @type {GuidanceStatus} */
    this.guidanceStatus = { state: 'fitting', reason: '', seconds: 0 };
    /** Whether ranges, importances and estimates are shown (row G17: the page with and without). */
    this.showGuidance = true;
    /** Row under the mouse, or -1. */
    this.hover = -1;
    /** Row of which everything is shown, or -1. */
    this.opened = -1;
    /** Numbers of the trials in the drawer. @type {number[]} */
    this.kept = [];
    /** What is applied, by whom, and what is suggested. @type {RegionAnswer | null} */
    this.region = null;
    /** What the forest expects, given the brushes; null while the server has no answer.
     *  @type {import('../state/estimates.js').Estimates | null} */
    this.estimates = null;
    /** Names of the parameters, most important first; it stays while somebody selects or points.
     *  @type {string[]} */
    this.ranking = [];
    /** Parameters that the details speak of: one, or two for their interaction. @type {string[]} */
    this.focus = [];

    /** What somebody wants to do with a trial; the tab of experiments takes it. @type {Wish | null} */
    this.wish = null;

    /** Kept once all parameters are there. @type {Promise<void>} */
    this.whole = new Promise((resolve) => {
      this.#complete = resolve;
    });

    /** How the colours of the target are spread. @type {import('../state/ranking.js').Colouring} */
    this.colouring = BY_RANK;

    /** Rows complete for the target, best first. */
    this.order = new Int32Array(0);
    /** Per row, for its colour: 1 = best, 0 = worst; NaN = no target. */
    this.goodness = new Float32Array(0);
    /** What `filter` was read from. @type {{ data: import('../state/data.js').Data | null,
     *   by: import('../state/selection.js').Filter | null }} */
    this.filtered = { data: null, by: null };
    knowNames(namesOf(data));
    this.#rank();
  }

  /** The target as a column. @returns {import('../state/data.js').Target} */
  get targetColumn() {
    return this.data.targets[this.target] ?? noTarget(this.data.n);
  }

  /** Whether larger values of the target are better. */
  get maximise() {
    return this.targetColumn.direction === 'maximize';
  }

  /** The guidance of a parameter; null while there is none, or where it is hidden. @param {string} name */
  guidanceOf(name) {
    if (!this.showGuidance) return null;
    return this.guidance?.params.find((p) => p.name === name) ?? null;
  }

  /** Target of a row, lower is better; NaN = none. @param {number} row */
  loss(row) {
    const value = this.targetColumn.values[row];
    return this.maximise ? -value : value;
  }

  /** The best of the selected rows, best first. @param {number} most */
  best(most) {
    const found = [];
    for (let k = 0; k < this.order.length && found.length < most; k += 1)
      if (this.mask[this.order[k]]) found.push(this.order[k]);
    return found;
  }

  /** Row of a trial number, or -1. @param {number} number */
  rowOf(number) {
    return this.data.rowOf(number);
  }

  /** @param {number} row */
  setHover(row) {
    if (row === this.hover) return;
    this.hover = row;
    this.#say('hover');
  }

  /** Show everything of a trial; -1 shuts it. @param {number} row */
  open(row) {
    if (row === this.opened) return;
    this.opened = row;
    this.#say('opened');
  }

  /** Put a trial into the drawer, or take it out. @param {number} row */
  keep(row) {
    const number = this.data.number[row];
    this.keepOnly(
      this.kept.includes(number) ? this.kept.filter((n) => n !== number) : [...this.kept, number],
    );
  }

  /** Replace what the drawer holds; it stays with the study. @param {number[]} numbers */
  keepOnly(numbers) {
    this.setKept(numbers);
    if (this.api.readOnly) return;
    this.api.post('kept', { numbers }).catch((error) => this.report(error));
  }

  /** @param {number[]} kept */
  setKept(kept) {
    if (JSON.stringify(kept) === JSON.stringify(this.kept)) return;
    this.kept = kept;
    this.#say('kept');
  }

  /** @param {number} index */
  setTarget(index) {
    if (index === this.target || !this.data.targets[index]) return;
    this.target = index;
    this.guidance = null;
    this.ranking = [];
    this.estimates = null;
    this.guidanceStatus = { state: 'fitting', reason: '', seconds: 0 };
    this.#rank();
    this.#say('target', 'guidance');
  }

  /** @param {import('../state/data.js').Data} data */
  setData(data) {
    if (data === this.data) return;
    const name = this.targetColumn.name;
    if (this.opened >= 0) this.open(data.rowOf(this.data.number[this.opened]));
    this.data = data;
    const again = data.targets.findIndex((target) => target.name === name);
    this.target = again < 0 ? data.defaultTarget : again;
    if (this.hover >= data.n) this.hover = -1;
    knowNames(namesOf(data));
    this.#rank();
    this.#say('data');
  }

  /**
   * @param {Guidance | null} guidance
   * @param {GuidanceStatus} status
   * @param {Workbench['terms']} terms
   */
  setGuidance(guidance, status, terms = this.terms) {
    this.guidance = guidance;
    this.terms = terms;
    this.guidanceStatus = status;
    if (!this.isBusy) this.#takeRanking();
    this.#say('guidance');
  }

  /** Whether somebody selects or points at trials: nothing changes its place then. */
  get isBusy() {
    return this.ranking.length > 0 && (this.isSelective || this.hover >= 0);
  }

  /** Whether the guidance has another order than the one that is shown. */
  get hasNewRanking() {
    return this.guidance !== null && rankingOf(this.guidance) !== this.ranking.join('\n');
  }

  /** Show everything in the order of the guidance. */
  rankAnew() {
    this.#takeRanking();
    this.#say('guidance');
  }

  #takeRanking() {
    this.ranking = this.guidance?.params.map(({ name }) => name) ?? [];
  }

  /** @param {import('../state/estimates.js').Estimates | null} estimates */
  setEstimates(estimates) {
    if (estimates === this.estimates) return;
    this.estimates = estimates;
    this.#say('estimates');
  }

  /** @param {RegionAnswer} region */
  setRegion(region) {
    this.region = region;
    this.#say('region');
  }

  /** @param {boolean} show */
  setShowGuidance(show) {
    this.showGuidance = show;
    this.#say('guidance');
  }

  /** Show the effect of one parameter, or the interaction of two. @param {string[]} names */
  setFocus(names) {
    this.focus = names;
    this.#say('focus');
  }

  /** Go on from a trial in the tab of experiments. @param {Wish} wish */
  experiment(wish) {
    this.wish = wish;
    this.#say('wish');
    this.show('experiments');
  }

  /** The name of the target for the server; null = what the study is about. */
  get asked() {
    return this.target === this.data.defaultTarget ? null : this.targetColumn.name;
  }

  /** @param {import('../state/ranking.js').Colouring} colouring */
  setColouring(colouring) {
    this.colouring = colouring;
    this.#colour();
    this.#say('theme');
  }

  /** The page turned dark or light. */
  retheme() {
    this.#say('theme');
  }

  /** Open the tab of a view and scroll to it; replaced by the page. @param {string} view */
  show(view) {
    document.getElementById(`view-${view}`)?.scrollIntoView();
  }

  /** Show an error to the person; replaced by the page. @param {unknown} error */
  report(error) {
    console.warn(error);
  }

  #rank() {
    if (!this.data.later.length) this.#complete();
    this.order = bestFirst(this.targetColumn);
    this.#colour();
    this.markRows();
  }

  #colour() {
    this.goodness = goodnessOf(this.data, this.targetColumn, this.order, this.colouring);
  }

  markRows() {
    const { data, selection } = this;
    if (this.filtered.data !== data || this.filtered.by !== selection.filter) {
      this.filtered = { data, by: selection.filter };
      this.filter = filterMask(data, selection.filter);
    }
    this.mask = selectionMask(data, selection, this.filter, this.order, this.targetColumn.values);
    this.nSelected = 0;
    for (let i = 0; i < this.mask.length; i += 1) this.nSelected += this.mask[i];
    if (!this.isBusy && this.hasNewRanking) this.rankAnew();
    this.#say('selection');
  }

  /** @param {...Change} changes */
  #say(...changes) {
    this.news.say(changes);
  }
}

/**
 * Names that stand beside each other: of parameters, of targets, of the choices of a parameter.
 * @param {import('../state/data.js').Data} data
 */
function namesOf({ params, targets }) {
  return [
    params.map(({ name }) => oneLine(name)),
    targets.flatMap(({ name, title }) => [oneLine(name), oneLine(title)]),
    ...params.map(({ choices }) => choices.map(oneLine)),
  ];
}
