/** Means of the target by the options of every parameter, split by two of them. */

import { chooser } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { groupLegend } from '../../chart/groups.js';
import { LEFT } from '../../chart/option_rows.js';
import { beyond, clipOutliers, summarise } from '../../compute/statistics.js';
import { element, replace } from '../../shell/dom.js';
import { sayNone } from '../../shell/missing.js';
import { paramKey } from '../../state/selection.js';
import { MEANS_N_IQR } from '../../rules.js';
import { ROW, columnBoxes, drawBehind, drawMeans, placeMeans, reachOf } from './drawing.js';
import { layOut, meansOf, readTrellis } from './gather.js';
import { pointAtMeans } from './pointing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../compute/means.js').Means} Means
 * @typedef {import('./pointing.js').Dot} Dot
 */

export const title = 'Trellis';
export const how =
  'Mean target by options, with its 95 % interval. By the option of the row, the column and the colour; thick: differs from all others beyond chance; dotted: mean of all trials. Where trials are selected, rings are all of them and dots the selected ones. Click a mean to select its trials.';

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
    const controls = [this.columns.node, this.colours.node, this.legend, this.cut];
    root.append(element('div', { class: 'controls' }, ...controls));
    const margin = { left: LEFT, top: 22, right: 12, bottom: 38 };
    this.frame = new Frame(root, { height: 300, margin, label: 'Means of the target by options' });
    this.frame.onResize(() => this.#draw());
    this.found = readTrellis(workbench, layOut(workbench, this.wanted));
    /** Means of the selected trials; empty where all are. @type {Means[]} */
    this.chosen = [];
    /** @type {Dot[]} */
    this.dots = [];
    this.filter = workbench.filter;
    const shown = () => ({ ...this.found, dots: this.dots, chosen: this.chosen });
    pointAtMeans(this.frame, shown, (parts) => {
      const brushes = new Map(workbench.brushes);
      for (const [{ name, brushes: own }, k] of parts) brushes.set(paramKey(name), own[k]);
      workbench.select({ brushes }, 'a mean of the trellis');
    });
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const { focus, filter } = this.workbench;
    if (changes.has('focus') && focus.length === 2) this.wanted = [...focus];
    const isNew =
      ['data', 'target', 'guidance', 'focus'].some((change) => changes.has(change)) ||
      this.filter !== filter;
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
    const layout = layOut(workbench, this.wanted);
    const { facets, first, second } = layout;
    const items = facets.map(({ name }) => ({ value: name, text: name }));
    this.columns.set(items, first?.name ?? '');
    const others = items.filter(({ value }) => value !== first?.name);
    const none = second || !others.length ? [] : [{ value: '', text: 'none' }];
    this.colours.set([...none, ...others], second?.name ?? '');
    this.found = readTrellis(workbench, layout);
    replace(this.legend, ...(second ? groupLegend(this.found.cells.colours) : []));
    this.#select();
  }

  #select() {
    const { workbench } = this;
    const { rows, cells, values } = this.found;
    const flags = Uint8Array.from(rows, (row) => workbench.mask[row]);
    this.chosen = workbench.isSelective ? meansOf(cells, values, flags) : [];
  }

  /** A box for each column; the frame is as high as they need. */
  #place() {
    const { frame } = this;
    const { rows, columns } = this.found.cells;
    const n = rows.reduce((sum, { labels }) => sum + labels.length, 0);
    const boxes = columnBoxes(frame.box, columns.labels.length, ROW * n);
    const height = (boxes[boxes.length - 1]?.bottom ?? 60) + frame.margin.bottom;
    if (height !== frame.height) {
      frame.height = height;
      frame.fit();
    }
    return boxes;
  }

  #draw() {
    const { frame, workbench, chosen } = this;
    const { rows, values, cells, all, q } = this.found;
    this.dots = [];
    const boxes = this.#place();
    if (!rows.length) {
      frame.say(sayNone(workbench));
      return;
    }
    const overall = summarise(values);
    const means = Float64Array.from(
      [...all, ...chosen].flatMap(({ mean }) => [...mean].filter((m) => m === m)),
    );
    const shown = clipOutliers(means, workbench.maximise, MEANS_N_IQR);
    const axis = reachOf(shown, overall.mean);
    this.cut.textContent = beyond(means, shown, 'mean');
    const target = { mean: overall.mean, name: workbench.targetColumn.title };
    drawBehind(frame.clear('back'), cells, boxes, axis, target);
    const front = frame.clear('front');
    frame.clear('over');
    const drawSet = (/** @type {Means[]} */ set, /** @type {boolean} */ isChosen) => {
      const dots = placeMeans(cells, set, boxes, axis, q);
      drawMeans(front, dots, !isChosen && chosen.length > 0);
      this.dots.push(...dots.map((dot) => ({ ...dot, isChosen })));
    };
    drawSet(all, false);
    if (chosen.length) drawSet(chosen, true);
  }
}
