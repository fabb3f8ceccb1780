/** Learning curves of the selected trials, and whether they were still improving at the end. */

import { chooser } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { onDrag } from '../../chart/gestures.js';
import { shade, theme } from '../../chart/colours.js';
import { thinOut } from '../../compute/series.js';
import { element } from '../../shell/dom.js';
import { number, percent } from '../../chart/scales.js';
import { describeTrial, hideTip, showTip } from '../../shell/tooltip.js';
import { drawBehind, drawEnd, drawLine, layOut, placeOf, readLine } from './panel.js';
import { COMPLETE, STILL_IMPROVING } from '../../rules.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./panel.js').Curve} Curve
 * @typedef {import('./panel.js').Line} Line
 * @typedef {import('./panel.js').Panel} Panel
 * @typedef {Curve & { number: number, series: Record<string, Curve> }} Reported
 * @typedef {{ name: string, curves: [number, Curve][] }} Metric
 */

export const title = 'Learning curves';
export const how =
  'Each line is a selected trial: the better it ended, the more it contrasts. ▲ still improved in its last quarter, ○ was pruned. Drag sideways to zoom, click beside the lines to zoom out.';
export const wide = true;

const MAX_CURVES = 60;
const MAX_METRICS = 4;
const WINDOWS = [1, 3, 5, 10, 20];
const WAIT = 120; // ms of rest before curves are fetched
const HEIGHT = 210;
const NARROW = 620; // pixels, below which there is one column
const REACH = 10; // pixels around a point of a curve
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
    /** @type {[number, number] | null} */
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
    this.#listen();
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

  /** The kept trials, the top third of the room, and evenly spaced others. */
  #choose() {
    const { data, mask, goodness, order, kept } = this.workbench;
    const isReported = (/** @type {number} */ row) => data.last_step[row] > 0;
    const all = [...order].filter((row) => mask[row] && isReported(row));
    for (let row = 0; row < data.n; row++) {
      if (mask[row] && Number.isNaN(goodness[row]) && isReported(row)) all.push(row);
    }
    this.nAll = all.length;
    const nTop = Math.min(Math.floor(MAX_CURVES / 3), all.length);
    const rest = all.slice(nTop);
    const even = thinOut(rest.length, MAX_CURVES - nTop).map((i) => rest[i]);
    const wanted = kept.map((n) => this.workbench.rowOf(n));
    const shown = wanted.filter((row) => row >= 0 && isReported(row));
    this.rows = [...new Set([...shown, ...all.slice(0, nTop), ...even])].reverse();
    clearTimeout(this.wait);
    const missing = this.rows.filter((row) => !this.known.has(row));
    if (missing.length) this.wait = window.setTimeout(() => this.#fetch(missing), WAIT);
    this.#draw();
  }

  /** @param {number[]} rows */
  async #fetch(rows) {
    const { api, data } = this.workbench;
    const trials = rows.map((row) => data.number[row]).join(',');
    try {
      /** @type {{ curves: Reported[] }} */
      const { curves } = await api.get('curves', { trials });
      curves.forEach((curve, i) => this.known.set(rows[i], curve));
    } catch (error) {
      this.workbench.report(error);
    }
    this.#draw();
  }

  /** @returns {Metric[]} */
  #metrics() {
    /** @type {Map<string, [number, Curve][]>} */
    const found = new Map([['intermediate value', []]]);
    for (const row of this.rows) {
      const reported = this.known.get(row);
      if (!reported) continue;
      for (const [name, curve] of [
        ['intermediate value', reported],
        ...Object.entries(reported.series),
      ]) {
        const list = found.get(/** @type {string} */ (name)) ?? [];
        list.push([row, /** @type {Curve} */ (curve)]);
        found.set(/** @type {string} */ (name), list);
      }
    }
    return [...found]
      .map(([name, curves]) => ({
        name,
        curves: curves.filter(([, { steps }]) => steps.length > 1),
      }))
      .filter(({ curves }) => curves.length)
      .slice(0, MAX_METRICS);
  }

  #draw() {
    const { frame } = this;
    const metrics = this.#metrics();
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
        `${percent(share)} of ${judged.length} complete trials here were still improving in their last quarter`,
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
    const marked = workbench.kept.map(
      (n) => /** @type {[number, string]} */ ([workbench.rowOf(n), kept]),
    );
    for (const [row, colour] of [
      ...marked,
      /** @type {[number, string]} */ ([workbench.hover, hover]),
    ]) {
      for (const panel of this.panels) {
        const line = panel.lines.find((one) => one.row === row);
        if (!line) continue;
        drawLine(context, panel, line, { colour: card, width: 5, opacity: 1 });
        drawLine(context, panel, line, { colour, width: 2.2, opacity: 1 });
      }
    }
  }

  #listen() {
    const { frame, workbench } = this;
    const leave = () => {
      workbench.setHover(-1);
      hideTip();
    };
    frame.node.addEventListener('pointermove', (event) => {
      if (event.buttons) return;
      const hit = this.#find(frame.at(event));
      frame.node.style.cursor = hit ? 'pointer' : '';
      if (!hit) {
        leave();
        return;
      }
      workbench.setHover(hit.line.row);
      const words = element('div', { text: tell(hit.line, hit.i) });
      showTip(event.clientX, event.clientY, ...describeTrial(workbench, hit.line.row), words);
    });
    frame.node.addEventListener('pointerleave', leave);
    onDrag(frame, (from) => this.#drag(from));
  }

  /**
   * Zoom into a range of steps, or keep the trial that is clicked.
   * @param {import('../../chart/gestures.js').Point} from
   * @returns {import('../../chart/gestures.js').Drag | null}
   */
  #drag(from) {
    const panel = this.panels.find(
      ({ box }) =>
        from.x >= box.left && from.x <= box.right && from.y >= box.top && from.y <= box.bottom,
    );
    if (!panel) return null;
    const { left, top, right, bottom } = panel.box;
    return {
      move: (_, to) => {
        const context = this.frame.clear('over');
        context.fillStyle = theme().brush;
        context.globalAlpha = 0.12;
        context.fillRect(Math.min(from.x, to.x), top, Math.abs(to.x - from.x), bottom - top);
        context.globalAlpha = 1;
      },
      end: (_, to) => {
        const steps = [from.x, to.x].map((x) => panel.x.fromUnit((x - left) / (right - left)));
        this.zoom = [Math.min(...steps), Math.max(...steps)];
        this.#draw();
      },
      click: (at) => {
        const hit = this.#find(at);
        if (hit) this.workbench.keep(hit.line.row);
        else {
          this.zoom = null;
          this.#draw();
        }
      },
    };
  }

  /** @param {import('../../chart/gestures.js').Point} at */
  #find(at) {
    let [found, least] = [/** @type {{ line: Line, i: number } | null} */ (null), REACH ** 2];
    for (const panel of this.panels) {
      for (const line of panel.lines) {
        line.steps.forEach((step, i) => {
          const [x, y] = placeOf(panel, step, line.values[i]);
          const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
          if (distance < least) [found, least] = [{ line, i }, distance];
        });
      }
    }
    return found;
  }
}

/**
 * @param {Line} line
 * @param {number} i
 */
function tell({ steps, values, gain }, i) {
  const words = `${number(values[i], 5)} at step ${steps[i]}`;
  if (Number.isNaN(gain)) return words;
  const end = gain > STILL_IMPROVING ? ': still improving' : '';
  return `${words}, ${percent(Math.max(gain, 0))} of its gain in the last quarter${end}`;
}
