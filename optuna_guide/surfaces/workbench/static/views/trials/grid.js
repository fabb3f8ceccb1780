/**
 * A table of which only the rows in sight exist: it scrolls through any number of them, and keys
 * lead through all its cells, as the pattern of a grid wants (WAI-ARIA).
 */

import { cut, element, replace } from '../../shell/dom.js';
import { inSight } from '../../compute/rows.js';
import { onColumnDrag, stepOf } from './keys.js';

/**
 * @typedef {import('./columns.js').Column} Column
 * @typedef {{
 *   draw: (column: Column, row: number) => Node | null,
 *   open: (row: number) => void,
 *   keep: (row: number) => void,
 *   sort: (column: Column) => void,
 *   move: (column: Column, by: number) => void,
 *   point: (row: number) => void,
 *   seen: (rows: number[]) => void,
 *   about: (row: number) => string,
 * }} Acts  draw: the picture of a cell; move: a column to the right; about: class names of a row
 */

const TALL = 27; // pixels of a row
const MOST_KNOWN = 400; // rows that are kept as they were drawn

export class Grid {
  /**
   * @param {HTMLElement} root
   * @param {string} label
   * @param {Acts} acts
   */
  constructor(root, label, acts) {
    this.acts = acts;
    /** @type {Column[]} */
    this.columns = [];
    /** @type {Int32Array} */
    this.rows = new Int32Array(0);
    /** Where the keys are: a row of the study, -1 = the head; and a column. */
    this.active = { row: -1, column: 0 };
    this.wasLed = false;
    /** What was drawn, by row of the study. @type {Map<number, HTMLElement>} */
    this.known = new Map();
    this.head = element('div', { role: 'rowgroup', class: 'sheet-head' });
    this.body = element('div', { role: 'rowgroup', class: 'sheet-rows' });
    this.node = element(
      'div',
      {
        class: 'sheet',
        role: 'grid',
        tabindex: 0,
        'aria-label': label,
        'aria-multiselectable': 'true',
      },
      this.head,
      this.body,
    );
    root.append(this.node);
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(this.node);
  }

  /**
   * @param {Column[]} columns
   * @param {{ id: string, descending: boolean } | null} sorted
   */
  setColumns(columns, sorted) {
    this.columns = columns;
    this.active.column = Math.min(this.active.column, columns.length - 1);
    this.node.style.setProperty('--tracks', columns.map(({ width }) => `${width}px`).join(' '));
    this.node.setAttribute('aria-colcount', String(columns.length));
    const heads = columns.map((column, k) => this.#drawHead(column, k, sorted));
    const row = element('div', { role: 'row', class: 'sheet-row', 'aria-rowindex': 1 }, ...heads);
    replace(this.head, row);
    this.forget();
  }

  /** Show these rows; the one on top stays there where `holds` and it is still shown. @param {Int32Array} rows */
  setRows(rows, holds = false) {
    const at = this.node.scrollTop;
    const top = this.rows[Math.floor(at / TALL)];
    this.rows = rows;
    if (!this.wasLed && rows.length) this.active = { row: rows[0], column: 1 };
    this.node.setAttribute('aria-rowcount', String(rows.length + 1));
    this.body.style.height = `${rows.length * TALL}px`;
    if (holds && at > 0 && top !== undefined) {
      const place = rows.indexOf(top);
      if (place >= 0) this.node.scrollTop = place * TALL + (at % TALL);
    }
    this.draw();
  }

  /** Draw a row anew: what it shows has changed. @param {number} row */
  redraw(row) {
    this.known.get(row)?.remove();
    this.known.delete(row);
  }

  /** Draw all rows anew. */
  forget() {
    this.known.clear();
    this.body.replaceChildren();
    this.draw();
  }

  /** Put the rows in sight where they belong. */
  draw() {
    const { node, rows, body, known } = this;
    if (!node.clientHeight) return;
    const height = node.clientHeight - this.head.offsetHeight;
    const [first, last] = inSight(node.scrollTop, height, TALL, rows.length);
    const wanted = new Set(rows.subarray(first, last));
    for (const [row, line] of known) {
      if (wanted.has(row)) continue;
      line.remove();
      if (known.size > MOST_KNOWN) known.delete(row);
    }
    let before = body.firstElementChild;
    for (let place = first; place < last; place += 1) {
      const line = this.#lineOf(rows[place]);
      line.style.transform = `translateY(${place * TALL}px)`;
      line.setAttribute('aria-rowindex', String(place + 2));
      if (line === before) before = before.nextElementSibling;
      else body.insertBefore(line, before);
    }
    this.mark();
    this.acts.seen([...wanted]);
  }

  /** Give the rows in sight their looks: pointed at, selected, kept, active. */
  mark() {
    const { row, column } = this.active;
    for (const line of /** @type {Iterable<HTMLElement>} */ (
      /** @type {unknown} */ (this.body.children)
    )) {
      const own = Number(line.dataset.row);
      line.className = `sheet-row ${this.acts.about(own)}`;
      line.setAttribute('aria-selected', String(line.classList.contains('kept')));
      line.classList.toggle('active', own === row);
    }
    for (const cell of this.node.querySelectorAll('.sheet-row > .here'))
      cell.classList.remove('here');
    const cell = this.#cellAt(row, column);
    cell?.classList.add('here');
    if (cell) this.node.setAttribute('aria-activedescendant', cell.id);
    else this.node.removeAttribute('aria-activedescendant');
  }

  /** Lead the keys to a row, and show it. @param {number} row @param {number} [column] */
  goTo(row, column = this.active.column) {
    this.active = { row, column };
    this.wasLed = true;
    const place = this.rows.indexOf(row);
    const { node } = this;
    if (place >= 0) {
      const height = node.clientHeight - this.head.offsetHeight;
      const [above, below] = [place * TALL, (place + 1) * TALL - height];
      node.scrollTop = Math.max(Math.min(node.scrollTop, above), below);
    }
    this.draw();
    this.#showColumn();
  }

  #showColumn() {
    const { node } = this;
    const cell = this.#cellAt(this.active.row, this.active.column);
    if (!cell) return;
    const fixed = this.active.column < 2 ? 0 : this.#fixedWidth();
    const [left, right] = [
      cell.offsetLeft - fixed,
      cell.offsetLeft + cell.offsetWidth - node.clientWidth,
    ];
    node.scrollLeft = Math.max(Math.min(node.scrollLeft, left), right);
  }

  #fixedWidth() {
    return this.columns.slice(0, 2).reduce((sum, { width }) => sum + width, 0);
  }

  /** @param {number} row @param {number} column @returns {HTMLElement | null} */
  #cellAt(row, column) {
    const line = row < 0 ? this.head.firstElementChild : this.known.get(row);
    return line?.isConnected ? /** @type {HTMLElement} */ (line.children[column] ?? null) : null;
  }

  /** @param {Column} column @param {number} k @param {{ id: string, descending: boolean } | null} sorted */
  #drawHead(column, k, sorted) {
    const isSorted = sorted?.id === column.id;
    const descends = Boolean(sorted?.descending) !== Boolean(column.isReversed);
    const way = isSorted ? (descends ? 'descending' : 'ascending') : column.keys ? 'none' : null;
    const words = [column.title, column.note, column.keys && 'click to sort, drag to move'];
    return element(
      'div',
      {
        role: 'columnheader',
        id: `sheet-head-${k}`,
        class: `sheet-cell ${column.number ? 'right' : ''}`,
        'aria-colindex': k + 1,
        'aria-sort': way,
        'data-column': column.id,
        title: words.filter(Boolean).join('; '),
        draggable: 'true',
      },
      element('span', { text: column.picture === 'kept' ? '★' : cut(column.title, 22) }),
      isSorted && element('b', { 'aria-hidden': 'true', text: descends ? ' ↓' : ' ↑' }),
    );
  }

  /** @param {number} row */
  #lineOf(row) {
    const found = this.known.get(row);
    if (found) return found;
    const cells = this.columns.map((column, k) => {
      const text = column.text(row);
      return element(
        'div',
        {
          role: 'gridcell',
          id: `sheet-${row}-${k}`,
          class: `sheet-cell ${column.number ? 'right' : ''} ${column.picture ?? ''}`,
          'aria-colindex': k + 1,
          title: text || undefined,
        },
        column.picture ? this.acts.draw(column, row) : text,
      );
    });
    const line = element('div', { role: 'row', 'data-row': row }, ...cells);
    this.known.set(row, line);
    return line;
  }

  #listen() {
    const { node, acts } = this;
    const rowAt = (/** @type {Event} */ event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest('[data-row]');
      return line ? Number(/** @type {HTMLElement} */ (line).dataset.row) : -1;
    };
    node.addEventListener('scroll', () => this.draw(), { passive: true });
    node.addEventListener('keydown', (event) => this.#step(event));
    node.addEventListener('pointermove', (event) => acts.point(rowAt(event)));
    node.addEventListener('pointerleave', () => acts.point(-1));
    node.addEventListener('click', (event) => {
      const cell = /** @type {HTMLElement} */ (event.target).closest('.sheet-cell');
      if (!cell) return;
      const k = Number(cell.getAttribute('aria-colindex')) - 1;
      const row = rowAt(event);
      this.active = { row, column: k };
      this.wasLed = true;
      if (row < 0) this.#press();
      else {
        this.mark();
        if (this.columns[k].picture === 'kept') acts.keep(row);
        else acts.open(row);
      }
    });
    onColumnDrag(this.head, (from, to) => acts.move(this.columns[from], to - from));
  }

  /** Enter or Space, or a click, on a head. */
  #press() {
    const column = this.columns[this.active.column];
    if (column?.keys) this.acts.sort(column);
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const { acts, rows, columns } = this;
    const { row, column } = this.active;
    const isSideways = event.key === 'ArrowLeft' || event.key === 'ArrowRight';
    if (event.altKey && isSideways && row < 0) this.#carry(event.key === 'ArrowLeft' ? -1 : 1);
    else if (event.key === 'Enter' && row < 0) this.#press();
    else if (event.key === 'Enter') acts.open(row);
    else if (event.key === ' ' && row < 0) this.#press();
    else if (event.key === ' ') acts.keep(row);
    else {
      const page = Math.max(Math.floor(this.node.clientHeight / TALL) - 2, 1);
      const size = { page, last: rows.length - 1, end: columns.length - 1 };
      const to = stepOf(event, { place: row < 0 ? -1 : rows.indexOf(row), column }, size);
      if (!to) return;
      this.goTo(to.place < 0 ? -1 : rows[to.place], to.column);
      acts.point(this.active.row);
    }
    event.preventDefault();
  }

  /** Move the column whose head is active. @param {number} by */
  #carry(by) {
    const { column } = this.active;
    if (!this.columns[column + by]) return;
    this.acts.move(this.columns[column], by);
    this.goTo(-1, column + by);
  }
}
