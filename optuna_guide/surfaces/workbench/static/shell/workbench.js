/** The one state of the page: every view reads it, every interaction changes it here. */

import { BY_RANK, bestFirst, goodnessOf, readColouring } from '../state/ranking.js';
import { NOTHING, filterMask, fromPlain, selectionMask, toPlain } from '../state/selection.js';
import { NO_CELL } from '../rules.js';

/**
 * @typedef {'data' | 'guidance' | 'target' | 'selection' | 'hover' | 'kept' | 'region' | 'theme'
 *   | 'focus' | 'pair' | 'estimates'} Change
 * @typedef {{ update: (changes: Set<string>) => void }} View
 * @typedef {import('../state/selection.js').Selection} Selection
 * @typedef {import('../wire.js').Guidance} Guidance
 * @typedef {import('../wire.js').RegionAnswer} RegionAnswer
 * @typedef {{ state: 'ready' | 'not_ready' | 'fitting' | 'failed', reason: string,
 *   seconds: number }} GuidanceStatus
 */

const UNDO_STEPS = 50;

export class Workbench {
  /**
   * @param {import('../state/api.js').Api} api
   * @param {import('../state/data.js').Data} data
   */
  constructor(api, data) {
    this.api = api;
    this.data = data;
    /** Index into `data.targets`. */
    this.target = data.defaultTarget;
    /** What the server learnt. @type {Guidance | null} */
    this.guidance = null;
    /** @type {GuidanceStatus} */
    this.guidanceStatus = { state: 'fitting', reason: '', seconds: 0 };
    /** Whether ranges, importances and estimates are shown (row G17: the page with and without). */
    this.showGuidance = true;
    /** @type {Selection} */
    this.selection = NOTHING;
    /** Row under the mouse, or -1. */
    this.hover = -1;
    /** Numbers of the trials in the drawer. @type {number[]} */
    this.kept = [];
    /** What is applied, by whom, and what is suggested. @type {RegionAnswer | null} */
    this.region = null;
    /** What the forest expects, given the brushes; null while the server has no answer.
     *  @type {import('../state/estimates.js').Estimates | null} */
    this.estimates = null;
    /** Parameters that the details speak of: one, or two for their interaction. @type {string[]} */
    this.focus = [];
    /** Parameters or attributes that the combinations were opened with. @type {string[]} */
    this.pair = [];

    /** How the colours of the target are spread. @type {import('../state/ranking.js').Colouring} */
    this.colouring = BY_RANK;

    /** Rows complete for the target, best first. */
    this.order = new Int32Array(0);
    /** Per row, for its colour: 1 = best, 0 = worst; NaN = no target. */
    this.goodness = new Float32Array(0);
    /** Flags of the rows that pass the filter. */
    this.filter = new Uint8Array(0);
    /** Flags of the rows that are selected; they all pass the filter. */
    this.mask = new Uint8Array(0);
    this.nSelected = 0;

    /** @type {Set<(changes: Set<string>) => void>} */
    this.listeners = new Set();
    /** @type {Set<string>} */
    this.pending = new Set();
    this.frame = 0;
    /** @type {{ selection: Selection, label: string }[]} */
    this.past = [];
    /** What was selected before the drag that goes on. @type {Selection | null} */
    this.before = null;
    this.#rank();
  }

  /** Brushes by `paramKey(name)`, `targetKey(name)` or `NUMBER_KEY`. */
  get brushes() {
    return this.selection.brushes;
  }

  /** The target as a column. @returns {import('../state/data.js').Target} */
  get targetColumn() {
    return (
      this.data.targets[this.target] ?? {
        name: '',
        kind: 'objective',
        direction: 'minimize',
        constrained: false,
        values: new Float64Array(this.data.n).fill(NaN),
        rank: new Int32Array(this.data.n).fill(-1),
        reach: [0, 0],
        cells: { labels: [], codes: new Uint8Array(this.data.n).fill(NO_CELL), ranges: [] },
      }
    );
  }

  /** Whether larger values of the target are better. */
  get maximise() {
    return this.targetColumn.direction === 'maximize';
  }

  /** Whether less than everything is selected. */
  get isSelective() {
    const { brushes, preset, picked } = this.selection;
    return brushes.size > 0 || preset !== null || picked !== null;
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

  /** Row of a trial number, or -1. @param {number} number */
  rowOf(number) {
    return this.data.rowOf(number);
  }

  /** Rows that are selected. @returns {Int32Array} */
  selectedRows() {
    const rows = new Int32Array(this.nSelected);
    let k = 0;
    for (let i = 0; i < this.mask.length; i += 1) if (this.mask[i]) rows[k++] = i;
    return rows;
  }

  /**
   * Change the selection; `label` says what was done, for undo.
   *
   * @param {Partial<Selection>} change
   * @param {string} label
   */
  select(change, label) {
    const next = { ...this.selection, ...change };
    const from = this.before ?? this.selection;
    this.before = null;
    if (JSON.stringify(toPlain(from)) !== JSON.stringify(toPlain(next))) {
      this.past = [...this.past, { selection: from, label }].slice(-UNDO_STEPS);
    }
    this.selection = next;
    this.#mask();
  }

  /** Change the selection while the mouse drags; `select` ends it. @param {Partial<Selection>} change */
  preview(change) {
    this.before ??= this.selection;
    this.selection = { ...this.selection, ...change };
    this.#mask();
  }

  /**
   * Set or remove one brush.
   *
   * @param {string} key
   * @param {import('../state/selection.js').Brush | null} brush
   * @param {{ label?: string, dragging?: boolean }} [how]
   */
  brush(key, brush, { label = 'brush', dragging = false } = {}) {
    const brushes = new Map(this.selection.brushes);
    if (brush === null) brushes.delete(key);
    else brushes.set(key, brush);
    if (dragging) this.preview({ brushes });
    else this.select({ brushes }, label);
  }

  /**
   * Select trials by number, in addition to the brushes.
   *
   * @param {Iterable<number>} numbers
   * @param {string} label
   */
  pick(numbers, label) {
    this.select({ picked: { label, numbers: [...numbers] } }, label);
  }

  /** Take the last change of the selection back. */
  undo() {
    const last = this.past.pop();
    if (!last) return;
    this.selection = last.selection;
    this.#mask();
  }

  /** Select everything; filters stay. */
  clear() {
    this.select({ brushes: new Map(), preset: null, picked: null }, 'clear');
  }

  /** @param {number} row */
  setHover(row) {
    if (row === this.hover) return;
    this.hover = row;
    this.#say('hover');
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
    this.estimates = null;
    this.guidanceStatus = { state: 'fitting', reason: '', seconds: 0 };
    this.#rank();
    this.#say('target', 'guidance');
  }

  /** @param {import('../state/data.js').Data} data */
  setData(data) {
    if (data === this.data) return;
    const name = this.targetColumn.name;
    this.data = data;
    const again = data.targets.findIndex((target) => target.name === name);
    this.target = again < 0 ? data.defaultTarget : again;
    if (this.hover >= data.n) this.hover = -1;
    this.#rank();
    this.#say('data');
  }

  /** @param {Guidance | null} guidance @param {GuidanceStatus} status */
  setGuidance(guidance, status) {
    this.guidance = guidance;
    this.guidanceStatus = status;
    this.#say('guidance');
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

  /** Open the combinations of two. @param {string[]} names the primary one first */
  setPair(names) {
    this.pair = names;
    this.#say('pair');
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

  /**
   * Hear of changes, at most once a frame.
   *
   * @param {(changes: Set<string>) => void} listener
   */
  subscribe(listener) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tell the listeners now what they would hear in the next frame. */
  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const changes = this.pending;
    this.pending = new Set();
    if (changes.size) for (const listener of this.listeners) listener(changes);
  }

  /** Open the tab of a view and scroll to it; replaced by the page. @param {string} view */
  show(view) {
    document.getElementById(`view-${view}`)?.scrollIntoView();
  }

  /** Show an error to the person; replaced by the page. @param {unknown} error */
  report(error) {
    console.warn(error);
  }

  /** Target and selection as the text of a link. */
  link() {
    const words = new URLSearchParams();
    const plain = toPlain(this.selection);
    if (this.asked !== null) words.set('target', JSON.stringify(this.targetColumn.name));
    if (Object.keys(plain).length) words.set('selection', JSON.stringify(plain));
    if (this.focus.length) words.set('focus', JSON.stringify(this.focus));
    const { by, ends } = this.colouring;
    if (JSON.stringify(this.colouring) !== JSON.stringify(BY_RANK))
      words.set('colours', JSON.stringify([by, ...ends]));
    if (!this.showGuidance) words.set('guidance', 'off');
    return words.toString();
  }

  /** Take up what `link` wrote. @param {string} hash */
  restore(hash) {
    const words = new URLSearchParams(hash.replace(/^#/, ''));
    const read = (/** @type {string} */ name) => {
      try {
        return JSON.parse(words.get(name) ?? 'null');
      } catch {
        return null;
      }
    };
    const target = this.data.targets.findIndex((t) => t.name === read('target'));
    this.setTarget(target < 0 ? this.data.defaultTarget : target);
    const focus = read('focus');
    if (Array.isArray(focus))
      this.setFocus(focus.filter((name) => this.data.param(name)).slice(0, 2));
    if (words.get('guidance') === 'off') this.setShowGuidance(false);
    this.setColouring(readColouring(read('colours')));
    this.selection = fromPlain(read('selection'));
    this.#mask();
  }

  #rank() {
    this.order = bestFirst(this.targetColumn);
    this.#colour();
    this.#mask();
  }

  #colour() {
    this.goodness = goodnessOf(this.data, this.targetColumn, this.order, this.colouring);
  }

  #mask() {
    const { data, selection } = this;
    this.filter = filterMask(data, selection.filter);
    this.mask = selectionMask(data, selection, this.filter, this.order, this.targetColumn.values);
    this.nSelected = 0;
    for (let i = 0; i < this.mask.length; i += 1) this.nSelected += this.mask[i];
    this.#say('selection');
  }

  /** @param {...Change} changes */
  #say(...changes) {
    for (const change of changes) this.pending.add(change);
    if (this.frame === 0 && this.listeners.size) {
      this.frame = requestAnimationFrame(() => this.flush());
    }
  }
}
