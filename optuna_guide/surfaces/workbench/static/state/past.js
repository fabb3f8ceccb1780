/** What was selected before, step by step, to be taken back. */

import { toPlain } from './selection_text.js';

/**
 * @typedef {import('./selection.js').Selection} Selection
 * @typedef {{ selection: Selection, label: string }} Step  label: what was done then
 */

const MOST = 50; // steps

export class Past {
  constructor() {
    /** @type {Step[]} */
    this.steps = [];
    /** What was selected before the drag that goes on. @type {Selection | null} */
    this.before = null;
  }

  /** A drag begins, or goes on. @param {Selection} now */
  hold(now) {
    this.before ??= now;
  }

  /** @param {Selection} now @param {Selection} next @param {string} label */
  push(now, next, label) {
    const selection = this.before ?? now;
    this.before = null;
    if (JSON.stringify(toPlain(selection)) === JSON.stringify(toPlain(next))) return;
    this.steps = [...this.steps, { selection, label }].slice(-MOST);
  }

  /** @returns {Selection | null} */
  pop() {
    return this.steps.pop()?.selection ?? null;
  }

  /** What would be taken back. */
  get last() {
    return this.steps.at(-1)?.label ?? null;
  }
}
