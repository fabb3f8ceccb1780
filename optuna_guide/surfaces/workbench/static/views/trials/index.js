/** A table of the selected trials, below every tab. */

import { drawChip } from '../../chart/chips.js';
import { makeQuery } from '../../compute/query.js';
import { keepFlagged, naturalOrder, sortBy } from '../../compute/rows.js';
import { element } from '../../shell/dom.js';
import { recall, remember } from '../../state/remembered.js';
import { Bar } from './bar.js';
import { columnsOf } from './columns.js';
import { Curves } from './curves.js';
import { Grid } from './grid.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./columns.js').Column} Column
 * @typedef {{ id: string, descending: boolean }} Sorting
 */

export const title = '';
export const how = '';

const WIDEST = 260; // pixels of a chip
const REREAD = ['data', 'target', 'guidance'];

/** @param {HTMLElement} root @param {Workbench} workbench */
export function mount(root, workbench) {
  return new TrialTable(root, workbench);
}

class TrialTable {
  /** @param {HTMLElement} root @param {Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.key = `columns-${workbench.data.study.name}`;
    /** Ids of the columns that a person chose; null = those that are shown at first. @type {string[] | null} */
    this.chosen = recall(this.key, null);
    /** @type {Sorting | null} */
    this.sorted = null;
    /** @type {Column[]} */
    this.all = [];
    /** All rows in their order. */
    this.order = /** @type {Int32Array} */ (new Int32Array(0));
    /** Flags of the rows that the words find; null = all. @type {Uint8Array | null} */
    this.found = null;
    this.words = '';
    this.bar = new Bar(root, {
      search: (words) => this.#search(words),
      choose: (ids) => this.#choose(ids),
      workbench,
      rows: () => this.grid.rows,
    });
    this.grid = new Grid(root, 'Selected trials', {
      draw: (column, row) => this.#picture(column, row),
      open: (row) => workbench.open(row),
      keep: (row) => workbench.keep(row),
      sort: (column) => this.#sort(column),
      move: (column, by) => this.#move(column, by),
      point: (row) => workbench.setHover(row),
      seen: (rows) => this.#ask(rows),
      about: (row) => this.#about(row),
    });
    this.curves = new Curves(workbench, (rows) => {
      for (const row of rows) this.grid.redraw(row);
      this.grid.draw();
    });
    if (document.activeElement?.matches('.dock')) this.grid.node.focus(); // it was waited for
    this.grid.node.addEventListener('keydown', () => this.#lead());
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = REREAD.some((change) => changes.has(change));
    if (isNew) this.#read(changes.has('data'));
    else if (changes.has('theme')) this.grid.forget();
    else if (changes.has('selection')) this.#show();
    if (changes.has('opened')) this.#follow();
    if (['hover', 'kept', 'opened'].some((change) => changes.has(change))) this.grid.mark();
  }

  /** A chip is as wide as there are parameters. @param {Column} column */
  #fitted(column) {
    if (column.picture !== 'chip' || !this.workbench.data.n) return column;
    const width = Number(drawChip(this.workbench, 0, 'small').getAttribute('width'));
    return { ...column, width: Math.min(Math.max(width + 20, column.width), WIDEST) };
  }

  /** @param {boolean} isData trials came or changed */
  #read(isData) {
    if (isData) this.curves.measure();
    this.all = columnsOf(this.workbench).map((column) => this.#fitted(column));
    this.#find();
    this.#sortRows();
    this.#layOut();
    this.#show(isData);
  }

  /** The columns that are shown, in their order. */
  get columns() {
    const { all, chosen } = this;
    if (!chosen) return all.filter(({ isDefault }) => isDefault);
    const found = chosen.flatMap((id) => all.find((column) => column.id === id) ?? []);
    return found.length ? found : all.filter(({ isDefault }) => isDefault);
  }

  #layOut() {
    const { columns } = this;
    this.grid.setColumns(columns, this.sorted);
    this.bar.setColumns(this.all, columns);
  }

  #sortRows() {
    const { workbench, sorted } = this;
    const rows = naturalOrder(workbench.order, workbench.data.n);
    const keys = sorted && this.all.find(({ id }) => id === sorted.id)?.keys;
    this.order = sorted && keys ? sortBy(rows, keys(), sorted.descending) : rows;
  }

  #show(holds = false) {
    const { workbench, found } = this;
    this.grid.setRows(keepFlagged(this.order, workbench.mask, found), holds);
    this.bar.say(this.grid.rows.length, workbench.nSelected);
  }

  /** First as the column ascends, then the other way round, then by the target again. @param {Column} column */
  #sort({ id }) {
    const { sorted } = this;
    if (sorted?.id !== id) this.sorted = { id, descending: false };
    else this.sorted = sorted.descending ? null : { id, descending: true };
    this.#sortRows();
    this.#layOut();
    this.#show();
  }

  /** @param {Column} column @param {number} by */
  #move(column, by) {
    const ids = this.columns.map(({ id }) => id);
    const at = ids.indexOf(column.id);
    ids.splice(at, 1);
    ids.splice(at + by, 0, column.id);
    this.#choose(ids);
  }

  /** @param {string[] | null} ids */
  #choose(ids) {
    this.chosen = ids;
    remember(this.key, ids);
    this.#layOut();
  }

  /** @param {string} words */
  #search(words) {
    this.words = words;
    this.#find();
    this.#show();
  }

  #find() {
    const { data } = this.workbench;
    this.found = null;
    this.bar.complain('');
    if (!this.words.trim()) return;
    const query = makeQuery(this.words, this.all, (row) => data.number[row]);
    if (typeof query === 'string') this.bar.complain(query);
    else this.found = Uint8Array.from({ length: data.n }, (_, row) => Number(query(row)));
  }

  /** @param {number[]} rows */
  #ask(rows) {
    if (this.columns.some(({ picture }) => picture === 'curve')) this.curves?.ask(rows);
  }

  /** @param {Column} column @param {number} row */
  #picture({ picture }, row) {
    if (picture === 'curve') return this.curves.draw(row);
    if (picture === 'chip') return drawChip(this.workbench, row, 'small');
    return element('span', { class: 'star', title: 'Keep this trial (Space)', text: '☆' });
  }

  /** Class names of a row. @param {number} row */
  #about(row) {
    const { workbench } = this;
    const kept = workbench.kept.includes(workbench.data.number[row]);
    const words = [
      kept && 'kept',
      row === workbench.hover && 'pointed',
      row === workbench.opened && 'shown',
    ];
    return words.filter(Boolean).join(' ');
  }

  /** The keys go on where a trial was opened. */
  #follow() {
    const { opened } = this.workbench;
    if (opened >= 0 && opened !== this.grid.active.row && this.grid.rows.includes(opened))
      this.grid.goTo(opened);
  }

  /** A trial that is open follows the keys. */
  #lead() {
    const { workbench, grid } = this;
    if (workbench.opened >= 0 && grid.active.row >= 0) workbench.open(grid.active.row);
  }
}
