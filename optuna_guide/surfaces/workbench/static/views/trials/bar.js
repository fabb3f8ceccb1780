/** What stands over the table: search, columns, count, what to do with the rows. */

import { button, cut, element, replace } from '../../shell/dom.js';
import { downloadCsv } from '../kept/csv.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./columns.js').Column} Column
 * @typedef {{ workbench: Workbench, rows: () => Int32Array, search: (words: string) => void,
 *   choose: (ids: string[] | null) => void }} Acts
 */

const HINT = 'Search: adam  lr<0.01  state:pruned  #12';

export class Bar {
  /** @param {HTMLElement} root @param {Acts} acts */
  constructor(root, acts) {
    this.acts = acts;
    this.search = element('input', {
      type: 'search',
      placeholder: HINT,
      'aria-label': 'Search the table',
      title:
        'All words must hold: a text, #12 for a trial, lr<0.01 or n_params>=1e5 for a column, state:pruned for a part of its text, "quotes" around blanks',
      on: {
        input: () => acts.search(this.search.value),
        keydown: (/** @type {KeyboardEvent} */ event) => this.#leave(event),
      },
    });
    this.count = element('span', { class: 'mute', role: 'status' });
    this.pick = button('Select these', () => this.#pick(), {
      class: 'quiet',
      title: 'Make what the search finds the selection of the whole page',
    });
    this.columns = element('details', { class: 'filters columns' });
    const csv = button('CSV', () => downloadCsv(acts.workbench, [...acts.rows()], 'trials'), {
      class: 'quiet',
      title: 'These rows in this order, with all columns',
    });
    const parts = [
      this.search,
      this.count,
      this.pick,
      element('span', { class: 'space' }),
      this.columns,
      csv,
    ];
    root.append(element('div', { class: 'sheet-bar' }, ...parts));
    this.columns.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !this.columns.open) return;
      event.stopPropagation();
      this.columns.open = false;
      this.columns.querySelector('summary')?.focus();
    });
    document.addEventListener('pointerdown', (event) => {
      if (!this.columns.contains(/** @type {Node} */ (event.target))) this.columns.open = false;
    });
  }

  /** @param {number} n rows that are shown @param {number} nSelected */
  say(n, nSelected) {
    const isSearched = this.search.value.trim() !== '';
    if (this.search.getAttribute('aria-invalid') !== 'true') {
      this.count.textContent = isSearched ? `${n} of ${nSelected} selected` : `${n} trials`;
    }
    this.pick.hidden = !isSearched;
    this.pick.disabled = n === 0 || this.search.getAttribute('aria-invalid') === 'true';
  }

  /** What is wrong with the words; empty = nothing. @param {string} sentence */
  complain(sentence) {
    this.search.setAttribute('aria-invalid', String(sentence !== ''));
    this.count.classList.toggle('warning', sentence !== '');
    if (sentence) this.count.textContent = sentence;
  }

  /** @param {Column[]} all @param {Column[]} shown */
  setColumns(all, shown) {
    const { choose } = this.acts;
    const ids = shown.map(({ id }) => id);
    const groups = [...new Set(all.map(({ group }) => group))];
    const boxes = (/** @type {string} */ group) =>
      all
        .filter((column) => column.group === group)
        .map(({ id, title }) => {
          const set = () => choose(box.checked ? [...ids, id] : ids.filter((one) => one !== id));
          const box = element('input', { type: 'checkbox', value: id, on: { change: set } });
          box.checked = ids.includes(id);
          return element('label', { title }, box, cut(title, 26));
        });
    const sets = groups.map((group) => {
      const legend = element('legend', { text: group });
      return element('fieldset', {}, legend, ...boxes(group));
    });
    const reset = button('As at first', () => choose(null), { class: 'quiet' });
    const focused = this.columns.contains(document.activeElement) ? document.activeElement : null;
    const value = focused instanceof HTMLInputElement ? focused.value : null;
    replace(
      this.columns,
      element('summary', { text: 'Columns' }),
      element('div', { class: 'popover' }, ...sets, reset),
    );
    if (value === null) return;
    const boxesNow = [...this.columns.querySelectorAll('input')];
    boxesNow.find((box) => box.value === value)?.focus({ preventScroll: true });
  }

  #pick() {
    const { workbench, rows } = this.acts;
    const numbers = Array.from(rows(), (row) => workbench.data.number[row]);
    const words = this.search.value.trim();
    this.search.value = '';
    this.acts.search('');
    workbench.pick(numbers, `found by ${cut(words, 30)}`);
  }

  /** Escape empties the search before it does anything else. @param {KeyboardEvent} event */
  #leave(event) {
    if (event.key !== 'Escape' || this.search.value === '') return;
    event.preventDefault();
    event.stopPropagation();
    this.search.value = '';
    this.acts.search('');
  }
}
