/** What is selected, how it is changed, and the way back. */

import { News } from './news.js';
import { Past } from './past.js';
import { NOTHING } from './selection.js';

/**
 * @typedef {import('./selection.js').Brush} Brush
 * @typedef {import('./selection.js').Selection} Selection
 */

/** The part of the workbench that a person selects with. */
export class Selecting {
  constructor() {
    /** @type {Selection} */
    this.selection = NOTHING;
    this.past = new Past();
    /** Flags of the rows that pass the filter. */
    this.filter = new Uint8Array(0);
    /** Flags of the rows that are selected; they all pass the filter. */
    this.mask = new Uint8Array(0);
    this.nSelected = 0;
    this.news = new News();
  }

  /** Brushes by `paramKey(name)`, `targetKey(name)` or `NUMBER_KEY`. */
  get brushes() {
    return this.selection.brushes;
  }

  /** Whether less than everything is selected. */
  get isSelective() {
    const { brushes, preset, picked } = this.selection;
    return brushes.size > 0 || preset !== null || picked !== null;
  }

  /** Whether a drag goes on. */
  get isDragging() {
    return this.past.before !== null;
  }

  /**
   * Change the selection; `label` says what was done, for undo.
   *
   * @param {Partial<Selection>} change
   * @param {string} label
   */
  select(change, label) {
    const next = { ...this.selection, ...change };
    this.past.push(this.selection, next, label);
    this.replaceSelection(next);
  }

  /** Change the selection while the mouse drags; `select` ends it. @param {Partial<Selection>} change */
  preview(change) {
    this.past.hold(this.selection);
    this.replaceSelection({ ...this.selection, ...change });
  }

  /**
   * Set or remove one brush.
   *
   * @param {string} key
   * @param {Brush | null} brush
   * @param {{ label?: string, dragging?: boolean }} [how]
   */
  brush(key, brush, { label = 'brush', dragging = false } = {}) {
    const brushes = new Map(this.brushes);
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
    if (last) this.replaceSelection(last);
  }

  /** Select everything; filters stay. */
  clear() {
    this.select({ brushes: new Map(), preset: null, picked: null }, 'clear');
  }

  /** Select without a way back. @param {Selection} selection */
  replaceSelection(selection) {
    this.selection = selection;
    this.markRows();
  }

  /** Find the rows of the selection; the workbench knows of which trials. */
  markRows() {}

  /** Hear of changes, at most once a frame. @param {(changes: Set<string>) => void} listener */
  subscribe(listener) {
    return this.news.subscribe(listener);
  }

  /** Tell the listeners now what they would hear in the next frame. */
  flush() {
    this.news.flush();
  }
}
