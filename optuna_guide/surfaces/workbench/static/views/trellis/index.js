/** Means of the target by the options of every parameter, split by two of them. */

import { chooser } from '../../chart/controls.js';
import { sameFlags } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { groupLegend } from '../../chart/groups.js';
import { LEFT } from '../../chart/option_rows.js';
import { byImportance, take } from '../../chart/params.js';
import { theme } from '../../chart/colours.js';
import { contrasts } from '../../compute/contrasts.js';
import { cellMeans } from '../../compute/means.js';
import { oneOption, paramOptions } from '../../compute/options.js';
import { beyond, clipOutliers, summarise } from '../../compute/statistics.js';
import { MEANS_N_IQR } from '../../rules.js';
import { cut, element, replace } from '../../shell/dom.js';
import { number } from '../../chart/scales.js';
import { paramKey } from '../../state/selection.js';
import { hideTip, showTip } from '../../shell/tooltip.js';
import { ROW, columnBoxes, drawBehind, drawMeans, placeMeans, reachOf } from './drawing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('../../compute/options.js').Options} Options
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('./drawing.js').Dot & { isChosen: boolean }} Dot
 */

export const title = 'Trellis';
export const how =
  'Mean target with its 95 % interval, by the option of the row, the column and the colour; thick: differs from all others beyond chance; dotted: mean of all trials. Where trials are selected, rings are all of them and dots the selected ones. Click a mean to select its trials.';
export const wide = true;

const MAX_ROWS = 18;
const REACH = 12; // pixels around a mean

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Trellis(root, workbench);
}

class Trellis {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** Names of the parameters in the columns and the colours; empty: chosen by the guidance. */
    this.wanted = ['', ''];
    this.columns = chooser('Columns', (name) => this.#choose(name, 0));
    this.colours = chooser('Colours', (name) => this.#choose(name, 1));
    this.legend = element('span', { class: 'legend' });
    this.cut = element('span', { class: 'mute' });
    root.append(
      element(
        'div',
        { class: 'controls' },
        this.columns.node,
        this.colours.node,
        this.legend,
        this.cut,
      ),
    );
    const margin = { left: LEFT, top: 22, right: 12, bottom: 38 };
    this.frame = new Frame(root, { height: 300, margin, label: 'Means of the target by options' });
    this.frame.onResize(() => this.#draw());
    /** Trials with the target that pass the filter, best first. */
    this.rows = new Int32Array(0);
    /** Their target. @type {Float64Array} */
    this.values = new Float64Array(0);
    const nothing = oneOption('all', 0);
    /** @type {import('./drawing.js').Cells} */
    this.cells = { columns: nothing, colours: nothing, rows: [] };
    /** Of all trials, and of the selected ones. @type {Means[]} */
    this.all = [];
    /** @type {Means[]} */
    this.chosen = [];
    /** Corrected p-values of the means of all trials. @type {Float64Array[]} */
    this.q = [];
    /** @type {Dot[]} */
    this.dots = [];
    this.filter = workbench.filter;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const { focus, filter } = this.workbench;
    if (changes.has('focus') && focus.length === 2) this.wanted = [...focus];
    const isNew =
      ['data', 'target', 'guidance', 'focus'].some((change) => changes.has(change)) ||
      !sameFlags(this.filter, filter);
    if (isNew) this.#read();
    else if (changes.has('selection')) this.#select();
    if (isNew || changes.has('selection') || changes.has('theme')) this.#draw();
  }

  /**
   * @param {string} name
   * @param {number} place
   */
  #choose(name, place) {
    this.wanted = this.wanted.map((old, k) => (k === place ? name : old === name ? '' : old));
    this.#read();
    this.#draw();
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    this.rows = workbench.order.filter((row) => this.filter[row]);
    this.values = take(workbench.targetColumn.values, this.rows);
    const params = byImportance(workbench);
    const [columns, colours] = this.wanted;
    const named = (/** @type {string} */ name) => params.find((param) => param.name === name);
    const first = named(columns) ?? params.find(({ name }) => name !== colours);
    const others = params.filter((param) => param !== first);
    const wanted = others.find(({ name }) => name === colours);
    const second = wanted ?? this.#partner(others, first);
    const items = (/** @type {Param[]} */ list) =>
      list.map(({ name }) => ({ value: name, text: name }));
    this.columns.set(items(params), first?.name ?? '');
    this.colours.set(items(others), second?.name ?? '');
    const rest = others.filter((param) => param !== second);
    this.cells = {
      columns: this.#cut(first),
      colours: this.#cut(second),
      rows: this.#rowsOf(rest),
    };
    replace(this.legend, ...(second ? groupLegend(this.cells.colours) : []));
    this.all = this.#means(null);
    const { columns: across, colours: within, rows } = this.cells;
    this.q = contrasts(across, rows, within, this.values);
    this.#select();
    const n = this.cells.rows.reduce((sum, { labels }) => sum + labels.length, 0);
    const { top, bottom } = this.frame.margin;
    this.frame.height = ROW * n + top + bottom;
    this.frame.fit();
  }

  /** @param {Param | undefined} param */
  #cut(param) {
    if (!param) return oneOption('all', this.rows.length);
    return paramOptions(param, this.rows);
  }

  /** Options of as many parameters as there is room for. @param {Param[]} params */
  #rowsOf(params) {
    const found = [];
    let n = 0;
    for (const param of params) {
      const options = this.#cut(param);
      n += options.labels.length;
      if (n > MAX_ROWS) break;
      found.push(options);
    }
    return found.length ? found : [oneOption('all trials', this.rows.length)];
  }

  /**
   * The parameter that interacts most with the first one, else the most important other.
   * @param {Param[]} others
   * @param {Param | undefined} first
   */
  #partner(others, first) {
    /** @type {{ names: string[] }[]} */
    const pairs = this.workbench.guidance?.pairs ?? [];
    for (const { names } of pairs) {
      if (!first || !names.includes(first.name)) continue;
      const found = others.find(({ name }) => name === names[Number(names[0] === first.name)]);
      if (found) return found;
    }
    return others[0];
  }

  #select() {
    const { workbench } = this;
    const flags = Uint8Array.from(this.rows, (row) => workbench.mask[row]);
    this.chosen = workbench.isSelective ? this.#means(flags) : [];
  }

  /** @param {Uint8Array | null} flags */
  #means(flags) {
    const { columns, colours, rows } = this.cells;
    return rows.map((options) => cellMeans(columns, options, colours, this.values, flags));
  }

  #draw() {
    const { frame, workbench, cells } = this;
    this.dots = [];
    if (!this.rows.length) {
      frame.say('No complete trial passes the filter.');
      return;
    }
    const overall = summarise(this.values);
    const found = Float64Array.from(
      [...this.all, ...this.chosen].flatMap(({ mean }) => [...mean].filter((m) => m === m)),
    );
    const shown = clipOutliers(found, workbench.maximise, MEANS_N_IQR);
    const axis = reachOf(shown, overall.mean);
    this.cut.textContent = beyond(found, shown, 'mean');
    const boxes = columnBoxes(frame.box, cells.columns.labels.length);
    const target = { mean: overall.mean, name: workbench.targetColumn.name };
    drawBehind(frame.clear('back'), cells, boxes, axis, target);
    const front = frame.clear('front');
    frame.clear('over');
    for (const [means, isChosen] of /** @type {[Means[], boolean][]} */ ([
      [this.all, false],
      [this.chosen, true],
    ])) {
      if (!means.length) continue;
      const dots = placeMeans(cells, means, boxes, axis, this.q);
      drawMeans(front, dots, !isChosen && this.chosen.length > 0);
      this.dots.push(...dots.map((dot) => ({ ...dot, isChosen })));
    }
  }

  #listen() {
    const { node } = this.frame;
    node.addEventListener('pointermove', (event) => {
      const dot = this.#find(event);
      const over = this.frame.clear('over');
      node.style.cursor = dot ? 'pointer' : '';
      if (!dot) {
        hideTip();
        return;
      }
      over.strokeStyle = theme().hover;
      over.lineWidth = 1.5;
      over.beginPath();
      over.arc(dot.x, dot.y, 6.5, 0, 7);
      over.stroke();
      this.#tell(dot, event);
    });
    node.addEventListener('pointerleave', () => {
      this.frame.clear('over');
      hideTip();
    });
    node.addEventListener('click', (event) => {
      const dot = this.#find(event);
      if (dot) this.#pick(dot);
    });
  }

  /** @param {MouseEvent} event */
  #find(event) {
    const at = this.frame.at(event);
    let [best, least] = [/** @type {Dot | null} */ (null), REACH ** 2];
    for (const dot of this.dots) {
      const distance = (dot.x - at.x) ** 2 + 4 * (dot.y - at.y) ** 2;
      if (distance <= least) [best, least] = [dot, distance];
    }
    return best;
  }

  /**
   * @param {Dot} dot
   * @param {PointerEvent} event
   */
  #tell(dot, event) {
    const { n, mean, half } = (dot.isChosen ? this.chosen : this.all)[dot.group];
    const words = this.#parts(dot).map(([{ name, labels }, k]) =>
      element(
        'tr',
        {},
        element('td', { text: cut(name, 26) }),
        element('td', { text: cut(labels[k], 26) }),
      ),
    );
    const trials = `mean of ${n[dot.at]} ${dot.isChosen ? 'selected ' : ''}trials`;
    const q = this.q[dot.group][dot.at];
    const may = dot.differs ? 'differs from all others' : 'may differ by chance';
    const contrast = Number.isNaN(q) ? '' : `${may}, q = ${number(q, 2)}`;
    showTip(
      event.clientX,
      event.clientY,
      element('b', { text: `${number(mean[dot.at])} ± ${number(half[dot.at], 2)}` }),
      element('span', { class: 'mute', text: ` ${trials}` }),
      element('table', {}, ...words),
      element('small', { text: contrast }),
    );
  }

  /**
   * Options that make up a cell, without those that all trials have.
   * @param {Dot} dot
   * @returns {[Options, number][]}
   */
  #parts({ group, codes: [column, row, colour] }) {
    const { columns, colours, rows } = this.cells;
    /** @type {[Options, number][]} */
    const parts = [
      [columns, column],
      [colours, colour],
      [rows[group], row],
    ];
    return parts.filter(([{ brushes }]) => brushes.length);
  }

  /** @param {Dot} dot */
  #pick(dot) {
    const brushes = new Map(this.workbench.brushes);
    for (const [{ name, brushes: own }, k] of this.#parts(dot))
      brushes.set(paramKey(name), own[k]);
    this.workbench.select({ brushes }, 'a mean of the trellis');
  }
}
