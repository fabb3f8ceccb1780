/** How the target is distributed: a histogram, stacked by any parameter or attribute. */

import { chooser } from '../../chart/controls.js';
import { theme } from '../../chart/colours.js';
import { Frame } from '../../chart/frame.js';
import { drawRange, onDrag } from '../../chart/gestures.js';
import { groupItems, groupLegend, swatch } from '../../chart/groups.js';
import { atEnd, number } from '../../chart/scales.js';
import { cut, element, replace } from '../../shell/dom.js';
import { hideTip, showTip } from '../../shell/tooltip.js';
import { targetKey } from '../../state/selection.js';
import { N_BINS, countSelected, readBins, sums } from './bins.js';
import { acrossOf, drawAll, drawChosen, drawMark, plotOf } from './drawing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./bins.js').Normalisation} Normalisation
 */

export const title = 'Performance';
export const how =
  'Trials by target; drag to select. Pale bars: all that pass the filter; strong bars: the selected ones.';

/** @type {[Normalisation, string][]} */
const NORMALISATIONS = [
  ['none', 'as measured'],
  ['min-max', 'min-max'],
  ['rank', 'rank'],
  ['z', 'z-score'],
];

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Performance(root, workbench);
}

class Performance {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.by = '';
    /** @type {Normalisation} */
    this.how = 'none';
    this.stack = chooser('Stack by', (by) => {
      this.by = by;
      this.#read();
    });
    this.scale = chooser('Each group', (scale) => {
      this.how = /** @type {Normalisation} */ (scale);
      this.#read();
    });
    this.legend = element('span', { class: 'legend' });
    root.append(
      element('div', { class: 'controls' }, this.stack.node, this.scale.node, this.legend),
    );
    this.frame = new Frame(root, {
      height: 250,
      margin: { left: 40, top: 8, right: 14, bottom: 38 },
      label: 'Histogram of the target',
    });
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
    this.frame.onResize(() => this.#drawAll());
    this.bins = readBins(workbench, this.by, this.how);
    this.foot.textContent = this.bins.beyond;
    this.plot = plotOf(this.bins, this.frame.box);
    /** Selected trials in each bin, group by group. @type {Float64Array} */
    this.chosen = new Float64Array(0);
    this.filter = workbench.filter;
    /** The range that is drawn. @type {import('../../state/selection.js').Brush | undefined} */
    this.brushed = undefined;
    this.#listen();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = ['data', 'target', 'guidance', 'theme'].some((change) => changes.has(change));
    if (isNew || this.filter !== this.workbench.filter) this.#read();
    else if (changes.has('selection')) this.#drawFront();
    const isBrushed = changes.has('selection') && this.#brush() !== this.brushed;
    if (isBrushed || changes.has('hover') || changes.has('kept')) this.#drawOver();
  }

  #read() {
    const { workbench } = this;
    this.filter = workbench.filter;
    this.bins = readBins(workbench, this.by, this.how);
    this.foot.textContent = this.bins.beyond;
    this.stack.set(groupItems(workbench), this.by);
    this.scale.set(
      NORMALISATIONS.map(([value, text]) => ({ value, text })),
      this.how,
    );
    this.scale.node.hidden = this.by === '';
    replace(this.legend, ...(this.by === '' ? [] : groupLegend(this.bins.groups)));
    this.#drawAll();
  }

  #drawAll() {
    const { frame, workbench, bins } = this;
    if (!bins.rows.length) {
      frame.say('No trial has this target.');
      return;
    }
    this.plot = plotOf(bins, frame.box);
    const scale = NORMALISATIONS.find(([how]) => how === this.how)?.[1];
    const unit = this.how === 'none' ? '' : `, ${scale} in each group`;
    const name = workbench.targetColumn.title + unit;
    drawAll(frame.clear('back'), this.plot, bins, name);
    this.#drawFront();
    this.#drawOver();
  }

  #drawFront() {
    const context = this.frame.clear('front');
    if (!this.bins.rows.length) return;
    this.chosen = countSelected(this.bins, this.workbench.mask);
    drawChosen(context, this.plot, this.chosen, this.by !== '');
  }

  #drawOver() {
    const { frame, workbench, bins, plot } = this;
    const context = frame.clear('over');
    if (!bins.rows.length) return;
    this.brushed = this.#brush();
    const intervals = (this.how === 'none' && this.brushed?.intervals) || [];
    for (const [low, high] of intervals)
      drawRange(context, frame.box, acrossOf(plot, low), acrossOf(plot, high));
    const mark = (
      /** @type {number} */ row,
      /** @type {string} */ colour,
      /** @type {number} */ width,
    ) => {
      const i = row < 0 ? -1 : bins.rows.indexOf(row);
      if (i >= 0) drawMark(context, plot, bins.scaled[i], { colour, width });
    };
    const { hover, kept } = theme();
    for (const kid of workbench.kept) mark(workbench.rowOf(kid), kept, 1);
    mark(workbench.hover, hover, 1.5);
  }

  #brush() {
    return this.workbench.brushes.get(this.#key());
  }

  #key() {
    return targetKey(this.workbench.targetColumn.name);
  }

  #listen() {
    const { frame, workbench } = this;
    onDrag(frame, () => {
      if (this.how !== 'none' || !this.bins.rows.length) return null;
      return {
        move: (from, to) => this.#select(from.x, to.x, true),
        end: (from, to) => this.#select(from.x, to.x, false),
        click: () => {
          if (this.#brush()) workbench.brush(this.#key(), null, { label: 'clear the range' });
        },
      };
    });
    frame.node.addEventListener('pointermove', (event) => {
      if (!event.buttons) this.#tell(event);
    });
    frame.node.addEventListener('pointerleave', hideTip);
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {boolean} dragging
   */
  #select(from, to, dragging) {
    const { workbench, plot, bins } = this;
    const { left, right } = plot.box;
    const [a, b] = [from, to].map((x) => atEnd((x - left) / (right - left))).sort((u, v) => u - v);
    // beyond the edge lie the trials that are drawn at it
    const low = a === 0 ? bins.reach[0] : plot.x.fromUnit(a);
    const high = b === 1 ? bins.reach[1] : plot.x.fromUnit(b);
    const label = 'range of the target';
    workbench.brush(this.#key(), { intervals: [[low, high]] }, { label, dragging });
  }

  /** @param {PointerEvent} event */
  #tell(event) {
    const { bins, chosen } = this;
    const { left, right } = this.frame.box;
    const k = Math.floor(((this.frame.at(event).x - left) / (right - left)) * N_BINS);
    if (!chosen.length || k < 0 || k >= N_BINS) {
      hideTip();
      return;
    }
    const ends = `${number(bins.edges[k])} … ${number(bins.edges[k + 1])}`;
    const counts = `${sums(chosen)[k]} of ${sums(bins.counts)[k]} trials are selected`;
    const lines = (this.by === '' ? [] : bins.groups.labels).map((label, g) => {
      const at = g * N_BINS + k;
      const text = `${chosen[at]} of ${bins.counts[at]}`;
      const name = element('td', {}, swatch(g), cut(label, 26));
      return element('tr', {}, name, element('td', { text }));
    });
    showTip(
      event.clientX,
      event.clientY,
      element('b', { text: ends }),
      element('div', { text: counts }),
      lines.length ? element('table', {}, ...lines) : null,
    );
  }
}
