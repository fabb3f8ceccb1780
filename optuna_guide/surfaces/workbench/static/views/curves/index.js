/** Learning curves of the selected trials, and whether they were still improving at the end. */

import { chooser } from '../../chart/controls.js';
import { shade, theme } from '../../chart/colours.js';
import { Frame } from '../../chart/frame.js';
import { percent } from '../../chart/scales.js';
import { element } from '../../shell/dom.js';
import { COMPLETE, STILL_IMPROVING } from '../../rules.js';
import { chooseRows, metricsOf } from './gather.js';
import { drawBehind, drawEnd, drawLine, layOut, readLine } from './panel.js';
import { pointAtCurves } from './pointing.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./gather.js').Metric} Metric
 * @typedef {import('./gather.js').Reported} Reported
 * @typedef {import('./panel.js').Panel} Panel
 */

export const title = 'Learning curves';
export const how =
  'A line is a selected trial; darker = better at its end. ▲ still improved in its last quarter, ○ was pruned. Drag to zoom, sideways for the steps alone; click beside the lines to zoom out.';

const WINDOWS = [1, 3, 5, 10, 20];
const WAIT = 120; // ms of rest before curves are fetched
const HEIGHT = 210;
const NARROW = 620; // pixels, below which there is one column
const NOTHING =
  'The selected trials reported no values step by step: call trial.report(value, step).';

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Curves(root, workbench);
}

class Curves {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.window = 1;
    /** @type {Map<number, Reported>} */
    this.known = new Map();
    /** Trials that are drawn, the better later. @type {number[]} */
    this.rows = [];
    /** Trials that might be drawn. */
    this.nAll = 0;
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {import('./panel.js').Zoom | null} */
    this.zoom = null;
    this.wait = 0;
    this.average = chooser('Moving average', (window) => {
      this.window = Number(window);
      this.#draw();
    });
    const text = (/** @type {number} */ n) => (n === 1 ? 'none' : `${n} steps`);
    this.average.set(
      WINDOWS.map((n) => ({ value: String(n), text: text(n) })),
      '1',
    );
    this.said = element('span', { class: 'legend' });
    root.append(element('div', { class: 'controls' }, this.average.node, this.said));
    this.frame = new Frame(root, {
      height: HEIGHT,
      margin: { left: 52, top: 18, right: 12, bottom: 34 },
      label: 'Learning curves of the selected trials',
    });
    this.frame.onResize(() => this.#draw());
    const zoom = (/** @type {import('./panel.js').Zoom | null} */ seen) => {
      this.zoom = seen;
      this.#draw();
    };
    pointAtCurves(this.frame, workbench, () => this.panels, zoom);
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('data')) {
      for (const row of this.known.keys()) {
        if (row >= this.workbench.data.settled) this.known.delete(row);
      }
    }
    const isNew = ['data', 'target', 'selection', 'kept'].some((change) => changes.has(change));
    if (isNew) this.#choose();
    else if (changes.has('theme')) this.#draw();
    if (changes.has('hover')) this.#drawOver();
  }

  #choose() {
    const { rows, n } = chooseRows(this.workbench);
    [this.rows, this.nAll] = [rows, n];
    clearTimeout(this.wait);
    const missing = rows.filter((row) => !this.known.has(row));
    if (missing.length) this.wait = window.setTimeout(() => this.#fetch(missing), WAIT);
    this.#draw();
  }

  /** @param {number[]} rows */
  async #fetch(rows) {
    const { api, data } = this.workbench;
    const trials = rows.map((row) => data.number[row]).join(',');
    try {
      const { curves } = await api.get('curves', { trials });
      curves.forEach((curve, i) => this.known.set(rows[i], curve));
    } catch (error) {
      this.workbench.report(error);
    }
    this.#draw();
  }

  #draw() {
    const { frame } = this;
    const metrics = metricsOf(this.rows, this.known);
    const nColumns = Math.min(Math.max(metrics.length, 1), frame.width < NARROW ? 1 : 2);
    frame.height = metrics.length ? HEIGHT * Math.ceil(metrics.length / nColumns) : 90;
    frame.fit();
    this.panels = metrics.map((metric, k) => this.#layOut(metric, k, nColumns));
    this.said.textContent = this.#words();
    if (!metrics.length) {
      frame.say(this.rows.length ? 'Reading the curves …' : NOTHING);
      return;
    }
    const [back, front] = [frame.clear('back'), frame.clear('front')];
    const { goodness, data } = this.workbench;
    const { faint } = theme();
    for (const panel of this.panels) {
      drawBehind(back, panel);
      for (const line of panel.lines) {
        const own = goodness[line.row];
        const colour = Number.isNaN(own) ? faint : shade(own);
        drawLine(front, panel, line, { colour, width: 1.3, opacity: 0.85 });
      }
      for (const line of panel.lines) drawEnd(front, panel, line, data.state[line.row]);
    }
    this.#drawOver();
  }

  #words() {
    const words = [];
    const { state } = this.workbench.data;
    const judged = (this.panels[0]?.lines ?? []).filter(
      ({ row, steps }) => state[row] === COMPLETE && steps.length > 3,
    );
    if (judged.some(({ gain }) => !Number.isNaN(gain))) {
      const share = judged.filter(({ gain }) => gain > STILL_IMPROVING).length / judged.length;
      words.push(
        `${percent(share)} of the ${judged.length} complete trials drawn were still improving: over ${percent(STILL_IMPROVING)} of their gain came in the last quarter`,
      );
    }
    if (this.nAll > this.rows.length) {
      words.push(`${this.rows.length} of ${this.nAll} curves are drawn, the top ones among them`);
    }
    return words.join(' · ');
  }

  /**
   * @param {Metric} metric
   * @param {number} k
   * @param {number} nColumns
   */
  #layOut({ name, curves }, k, nColumns) {
    const { left, top, right, bottom } = this.frame.margin;
    const width = this.frame.width / nColumns;
    const [x, y] = [(k % nColumns) * width, Math.floor(k / nColumns) * HEIGHT];
    const box = {
      left: x + left,
      right: x + width - right,
      top: y + top,
      bottom: y + HEIGHT - bottom,
    };
    const lines = curves.map(([row, curve]) => readLine(curve, row, this.window));
    return layOut(name, lines, box, this.zoom);
  }

  #drawOver() {
    const context = this.frame.clear('over');
    const { hover, kept, card } = theme();
    const { workbench } = this;
    /** @type {[number, string][]} */
    const marked = workbench.kept.map((n) => [workbench.rowOf(n), kept]);
    marked.push([workbench.hover, hover]);
    for (const [row, colour] of marked) {
      for (const panel of this.panels) {
        const line = panel.lines.find((one) => one.row === row);
        if (!line) continue;
        drawLine(context, panel, line, { colour: card, width: 5, opacity: 1 });
        drawLine(context, panel, line, { colour, width: 2.2, opacity: 1 });
      }
    }
  }
}
