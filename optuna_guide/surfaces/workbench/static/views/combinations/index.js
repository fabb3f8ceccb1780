/** Which options come together: a matrix of all pairs of options of the important parameters. */

import { segments } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { LEFT } from '../../chart/option_rows.js';
import { byImportance } from '../../chart/params.js';
import { paramOptions } from '../../compute/options.js';
import { element, replace } from '../../shell/dom.js';
import { sayNone } from '../../shell/missing.js';
import { paramKey, presetRows } from '../../state/selection.js';
import { hideTip } from '../../shell/tooltip.js';
import { Counts } from './counts.js';
import { BELOW, drawCells, drawNames, drawPointed } from './matrix.js';
import { drawStriking, tellCell } from './words.js';
import { MAX_OPTIONS, TOP_SHARE } from '../../rules.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 */

export const title = 'Combinations of options';
export const how =
  'Orange: more often among the selected; blue: less often. Compared with average trials of both options. Dot: unlikely by chance; empty: fewer than five trials. Click a cell to select its trials and see the pair in the trellis.';

const LEGIBLE = 7; // pixels of a cell, from which its row can have a name
const MAX_CELL = 21; // pixels
const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Combinations(root, workbench);
}

class Combinations {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {import('./matrix.js').Shown} */
    this.show = 'lift';
    const shown = [
      { value: 'lift', text: 'Lift' },
      { value: 'count', text: 'Count' },
    ];
    this.switch = segments('What the colours show', shown, (show) => {
      this.show = /** @type {import('./matrix.js').Shown} */ (show);
      this.#drawCells();
    });
    this.said = element('span', { class: 'legend' });
    const drawing = element('div');
    this.list = element('div', { class: 'pairs' });
    root.append(
      element('div', { class: 'controls' }, this.switch.node, this.said),
      element('div', { class: 'matrix-and-pairs' }, drawing, this.list),
    );
    const margin = { left: LEFT, top: 4, right: 60, bottom: BELOW };
    this.frame = new Frame(drawing, { height: 400, margin, label: 'Matrix of pairs of options' });
    this.frame.onResize(() => this.#draw());
    /** Trials with the target that pass the filter, best first. */
    this.rows = new Int32Array(0);
    this.counts = new Counts([]);
    this.size = MAX_CELL;
    /** Row and column that are pointed at. @type {[number, number] | null} */
    this.cell = null;
    this.filter = workbench.filter;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew =
      ['data', 'target', 'guidance'].some((change) => changes.has(change)) ||
      this.filter !== this.workbench.filter;
    if (isNew) this.#read();
    if (isNew || changes.has('selection')) this.#count();
    if (isNew || changes.has('theme')) this.#draw();
    else if (changes.has('selection')) this.#drawCells();
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    this.rows = workbench.order.filter((row) => this.filter[row]);
    const shown = [];
    let n = 0;
    for (const param of byImportance(workbench)) {
      const options = paramOptions(param, this.rows);
      n += options.labels.length;
      if (n > MAX_OPTIONS) break;
      shown.push(options);
    }
    this.counts = new Counts(shown);
    this.cell = null;
  }

  #count() {
    const { workbench, rows } = this;
    const flags = Uint8Array.from(rows, (row) => workbench.mask[row]);
    if (!workbench.isSelective) {
      const { values } = workbench.targetColumn;
      const { length } = presetRows({ kind: 'top', share: TOP_SHARE }, rows, values);
      flags.fill(0).fill(1, 0, length);
    }
    const n = this.counts.select(flags);
    const name = workbench.isSelective ? '' : ' (the top tenth)';
    this.said.textContent = `${n} of ${rows.length} complete trials selected${name}`;
    replace(this.list, ...drawStriking(this.counts, (cell) => this.#open(cell)));
  }

  #draw() {
    const { frame, counts, workbench } = this;
    const { left, right } = frame.margin;
    const room = (frame.width - left - right) / Math.max(counts.n, 1);
    this.size = Math.min(room, MAX_CELL);
    const isLegible = room >= LEGIBLE || !this.rows.length;
    frame.height = isLegible ? Math.round(Math.max(this.size * counts.n, 60) + BELOW + 6) : 0;
    frame.node.style.visibility = isLegible ? '' : 'hidden'; // the list below says it
    this.switch.node.hidden = !isLegible;
    frame.fit();
    if (!counts.n || !this.rows.length) {
      frame.say(sayNone(workbench));
      return;
    }
    drawNames(frame.clear('back'), counts, this.#place());
    this.#drawCells();
    this.#drawOver();
  }

  #drawCells() {
    this.switch.set(this.show);
    if (!this.rows.length) return;
    const context = this.frame.clear('front');
    drawCells(context, this.counts, this.#place(), this.show);
  }

  #drawOver() {
    const context = this.frame.clear('over');
    if (this.cell) drawPointed(context, this.cell, this.counts.n, this.#place());
  }

  #place() {
    const { left, top } = this.frame.box;
    return { left, top, size: this.size };
  }

  #listen() {
    const { node } = this.frame;
    node.addEventListener('pointermove', (event) => {
      const at = this.frame.at(event);
      const { left, top, size } = this.#place();
      this.#point(Math.floor((at.y - top) / size), Math.floor((at.x - left) / size));
      if (this.cell) tellCell(this.counts, this.cell, event.clientX, event.clientY);
    });
    for (const leave of ['pointerleave', 'blur']) {
      node.addEventListener(leave, () => this.#point(-1, -1));
    }
    node.addEventListener('click', () => this.cell && this.#open(this.cell));
    node.addEventListener('keydown', (event) => {
      const step = STEPS[/** @type {keyof typeof STEPS} */ (event.key)];
      if (event.key === 'Enter' && this.cell) this.#open(this.cell);
      if (!step) return;
      event.preventDefault();
      const [i, j] = this.cell ?? [0, 0];
      this.#point(Math.max(i + step[0], 0), Math.max(j + step[1], 0));
      const { left, top } = node.getBoundingClientRect();
      const place = this.#place();
      if (!this.cell) return;
      const [x, y] = [this.cell[1], this.cell[0]].map((k) => (k + 1) * place.size);
      tellCell(this.counts, this.cell, left + place.left + x, top + place.top + y);
    });
  }

  /**
   * @param {number} i
   * @param {number} j
   */
  #point(i, j) {
    const { n } = this.counts;
    const isInside = i >= 0 && j >= 0 && i < n && j < n;
    this.cell = isInside ? [i, j] : null;
    this.frame.node.style.cursor = this.cell ? 'pointer' : '';
    if (!this.cell) hideTip();
    this.#drawOver();
  }

  /**
   * Select the trials of a cell, and show its parameters in the trellis.
   * @param {[number, number]} cell
   */
  #open(cell) {
    if (!(this.counts.both[cell[0] * this.counts.n + cell[1]] > 0)) return;
    const pair = cell.map((at) => this.counts.option(at));
    const brushes = new Map(this.workbench.brushes);
    for (const { name, brush } of pair) brushes.set(paramKey(name), brush);
    this.workbench.select({ brushes }, 'a pair of options');
    const names = [...new Set(pair.map(({ name }) => name))];
    if (names.length === 2) this.workbench.setFocus(names);
    const trellis = document.getElementById('view-trellis');
    trellis?.scrollIntoView({ block: 'nearest' });
  }
}
