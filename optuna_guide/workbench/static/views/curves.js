/** Learning curves of the selected trials, and whether they were still improving at the end. */

import { BOLD, FONT, drawBottomAxis, drawLeftAxis, fitted } from '../chart/axes.js';
import { chooser } from '../chart/controls.js';
import { Frame } from '../chart/frame.js';
import { onDrag } from '../chart/gestures.js';
import { shade, theme } from '../colours.js';
import { STILL_IMPROVING, lateGains, smooth, thinOut } from '../compute/series.js';
import { COMPLETE, PRUNED } from '../data.js';
import { element } from '../dom.js';
import { number, numberAxis, percent } from '../scales.js';
import { describeTrial, hideTip, showTip } from '../tooltip.js';

/**
 * @typedef {import('../workbench.js').Workbench} Workbench
 * @typedef {import('../chart/frame.js').Box} Box
 * @typedef {import('../scales.js').Axis} Axis
 * @typedef {{ steps: number[], values: number[] }} Curve
 * @typedef {Curve & { row: number, series: Record<string, Curve> }} Reported
 * @typedef {{ row: number, steps: number[], values: Float64Array, gain: number }} Line
 * @typedef {{ name: string, lines: Line[], x: Axis, y: Axis, box: Box }} Panel
 */

export const title = 'Learning curves';
export const how =
  'Each line is a selected trial: the better it ended, the more it contrasts. ▲ still improved in its last quarter, ○ was pruned. Drag sideways to zoom, click beside the lines to zoom out.';
export const wide = true;

const MAX_CURVES = 60;
const MAX_METRICS = 4;
const MAX_POINTS = 120;
const WINDOWS = [1, 3, 5, 10, 20];
const WAIT = 120; // ms of rest before curves are fetched
const HEIGHT = 210;
const NOTHING =
  'The selected trials did not report values step by step: call trial.report(value, step).';

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
    /** @type {number[]} */
    this.rows = [];
    /** @type {Panel[]} */
    this.panels = [];
    /** @type {[number, number] | null} */
    this.zoom = null;
    this.wait = 0;
    this.isLoading = false;
    this.average = chooser('Moving average', (window) => {
      this.window = Number(window);
      this.#draw();
    });
    this.average.set(
      WINDOWS.map((n) => ({ value: String(n), text: n === 1 ? 'none' : `${n} steps` })),
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
    const isNew = ['data', 'target', 'selection', 'kept'].some((change) => changes.has(change));
    if (changes.has('data')) {
      for (const row of this.known.keys()) {
        if (row >= this.workbench.data.settled) this.known.delete(row);
      }
    }
    if (isNew) this.#choose();
    else if (changes.has('theme')) this.#draw();
    if (changes.has('hover')) this.#drawOver();
  }

  /** The kept trials, the top third of the room, and evenly spaced others; the better later. */
  #choose() {
    const { workbench } = this;
    const { data, mask, goodness } = workbench;
    const reported = (/** @type {number} */ row) => data.last_step[row] > 0;
    const complete = [...workbench.order].filter((row) => mask[row] && reported(row));
    const others = [];
    for (let row = 0; row < data.n; row++) {
      if (mask[row] && Number.isNaN(goodness[row]) && reported(row)) others.push(row);
    }
    const all = [...complete, ...others];
    this.nAll = all.length;
    const nTop = Math.min(Math.floor(MAX_CURVES / 3), all.length);
    const rest = all.slice(nTop);
    const kept = workbench.kept
      .map((n) => workbench.rowOf(n))
      .filter((row) => row >= 0 && reported(row));
    const even = thinOut(rest.length, MAX_CURVES - nTop).map((i) => rest[i]);
    this.rows = [...new Set([...kept, ...all.slice(0, nTop), ...even])].reverse();
    clearTimeout(this.wait);
    const missing = this.rows.filter((row) => !this.known.has(row));
    if (missing.length) this.wait = window.setTimeout(() => this.#fetch(missing), WAIT);
    this.#draw();
  }

  /** @param {number[]} rows */
  async #fetch(rows) {
    this.isLoading = true;
    try {
      /** @type {{ curves: Reported[] }} */
      const { curves } = await this.workbench.api.get('curves', { rows: rows.join(',') });
      for (const curve of curves) this.known.set(curve.row, curve);
    } catch (error) {
      this.workbench.report(error);
    }
    this.isLoading = false;
    this.#draw();
  }

  /** @returns {{ name: string, isObjective: boolean, curves: [number, Curve][] }[]} */
  #metrics() {
    /** @type {Map<string, [number, Curve][]>} */
    const found = new Map([['intermediate value', []]]);
    for (const row of this.rows) {
      const reported = this.known.get(row);
      if (!reported) continue;
      found.get('intermediate value')?.push([row, reported]);
      for (const [name, curve] of Object.entries(reported.series)) {
        found.set(name, [...(found.get(name) ?? []), [row, curve]]);
      }
    }
    return [...found]
      .map(([name, curves], k) => ({
        name,
        isObjective: k === 0,
        curves: curves.filter(([, c]) => c.steps.length > 1),
      }))
      .filter(({ curves }) => curves.length)
      .slice(0, MAX_METRICS);
  }

  #draw() {
    const { frame, workbench } = this;
    const metrics = this.#metrics();
    const nColumns = Math.min(Math.max(metrics.length, 1), frame.width < 620 ? 1 : 2);
    const nRows = Math.max(Math.ceil(metrics.length / nColumns), 1);
    frame.height = metrics.length ? HEIGHT * nRows : 70;
    frame.fit();
    const context = frame.clear('back');
    frame.clear('front');
    this.panels = metrics.map((metric, k) => this.#layOut(metric, k, nColumns));
    const { ink, mute } = theme();
    if (!metrics.length) {
      context.font = FONT;
      context.fillStyle = mute;
      context.fillText(
        this.isLoading || this.rows.length ? 'Reading the curves …' : NOTHING,
        4,
        30,
      );
      this.said.textContent = '';
      frame.clear('over');
      return;
    }
    const front = frame.clear('front');
    for (const panel of this.panels) {
      context.font = BOLD;
      context.fillStyle = ink;
      context.textAlign = 'left';
      context.textBaseline = 'bottom';
      context.fillText(
        fitted(context, panel.name, panel.box.right - panel.box.left),
        panel.box.left,
        panel.box.top - 5,
      );
      drawBottomAxis(context, panel.box, panel.x, { grid: false, name: 'step', room: 70 });
      context.save();
      context.translate(panel.box.left - 52, 0);
      const shifted = { ...panel.box, left: 52, right: panel.box.right - panel.box.left + 52 };
      drawLeftAxis(context, shifted, panel.y);
      context.restore();
      for (const line of panel.lines)
        this.#drawLine(front, panel, line, this.#colour(line.row), 1.3, 0.85);
      for (const line of panel.lines) this.#drawEnd(front, panel, line);
    }
    const gains = this.panels[0].lines.filter(
      ({ row, values }) => workbench.data.state[row] === COMPLETE && values.length > 3,
    );
    const share = gains.filter(({ gain }) => gain > STILL_IMPROVING).length / gains.length;
    const words = [
      gains.length
        ? `${percent(share)} of the complete trials here were still improving in their last quarter`
        : '',
      (this.nAll ?? 0) > this.rows.length
        ? `${this.rows.length} of ${this.nAll} curves are drawn, the top ones among them`
        : '',
    ];
    this.said.textContent = words.filter(Boolean).join(' · ');
    this.#drawOver();
  }

  /**
   * @param {{ name: string, isObjective: boolean, curves: [number, Curve][] }} metric
   * @param {number} k
   * @param {number} nColumns
   * @returns {Panel}
   */
  #layOut({ name, isObjective, curves }, k, nColumns) {
    const { left, top, right, bottom } = this.frame.margin;
    const width = this.frame.width / nColumns;
    const [column, row] = [k % nColumns, Math.floor(k / nColumns)];
    const box = {
      left: column * width + left,
      right: (column + 1) * width - right,
      top: row * HEIGHT + top,
      bottom: (row + 1) * HEIGHT - bottom,
    };
    const objective = this.workbench.data.targets[0]?.direction === 'maximize';
    const gains = lateGains(
      curves.map(([, c]) => c.values),
      isObjective ? objective : null,
    );
    const lines = curves.map(([trial, { steps, values }], i) => {
      const kept = thinOut(steps.length, MAX_POINTS);
      const averaged = smooth(values, this.window);
      return {
        row: trial,
        steps: kept.map((at) => steps[at]),
        values: Float64Array.from(kept, (at) => averaged[at]),
        gain: gains[i],
      };
    });
    const [x0, x1] = this.zoom ?? ends(lines.map(({ steps }) => steps));
    const inside = lines.map(({ steps, values }) =>
      values.filter((_, i) => steps[i] >= x0 && steps[i] <= x1),
    );
    const [y0, y1] = ends(inside);
    const room = 0.04 * (y1 - y0) || 0.5;
    return {
      name,
      lines,
      x: numberAxis(x0, x1 > x0 ? x1 : x0 + 1),
      y: numberAxis(y0 - room, y1 + room),
      box,
    };
  }

  /** @param {number} row */
  #colour(row) {
    const goodness = this.workbench.goodness[row];
    return Number.isNaN(goodness) ? theme().faint : shade(goodness);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Panel} panel
   * @param {Line} line
   * @param {string} colour
   * @param {number} width
   * @param {number} opacity
   */
  #drawLine(context, panel, line, colour, width, opacity) {
    const { box } = panel;
    context.save();
    context.beginPath();
    context.rect(box.left, box.top - 4, box.right - box.left + 4, box.bottom - box.top + 8);
    context.clip();
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.globalAlpha = opacity;
    context.beginPath();
    line.steps.forEach((step, i) => context.lineTo(...place(panel, step, line.values[i])));
    context.stroke();
    context.restore();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Panel} panel
   * @param {Line} line
   */
  #drawEnd(context, panel, { row, steps, values, gain }) {
    const step = steps[steps.length - 1];
    if (this.zoom && (step < this.zoom[0] || step > this.zoom[1])) return;
    const [x, y] = place(panel, step, values[values.length - 1]);
    const { state } = this.workbench.data;
    context.beginPath();
    if (state[row] === PRUNED) {
      context.arc(x, y, 3, 0, 7);
      context.strokeStyle = theme().mute;
      context.lineWidth = 1.2;
      context.stroke();
    } else if (state[row] === COMPLETE && gain > STILL_IMPROVING) {
      context.moveTo(x, y - 4.5);
      context.lineTo(x + 4, y + 3);
      context.lineTo(x - 4, y + 3);
      context.fillStyle = theme().range;
      context.fill();
    }
  }

  #drawOver() {
    const context = this.frame.clear('over');
    const { hover, kept, card } = theme();
    const { workbench } = this;
    const marked = workbench.kept.map(
      (n) => /** @type {[number, string]} */ ([workbench.rowOf(n), kept]),
    );
    marked.push([workbench.hover, hover]);
    for (const [row, colour] of marked) {
      for (const panel of this.panels) {
        const line = panel.lines.find((one) => one.row === row);
        if (!line) continue;
        this.#drawLine(context, panel, line, card, 5, 1);
        this.#drawLine(context, panel, line, colour, 2.2, 1);
      }
    }
  }

  #listen() {
    const { frame, workbench } = this;
    frame.node.addEventListener('pointermove', (event) => {
      if (event.buttons) return;
      const hit = this.#find(frame.at(event));
      workbench.setHover(hit ? hit.line.row : -1);
      frame.node.style.cursor = hit ? 'pointer' : '';
      if (!hit) {
        hideTip();
        return;
      }
      const { line, i } = hit;
      const still = line.gain > STILL_IMPROVING;
      const gain = Number.isNaN(line.gain)
        ? ''
        : `, ${percent(Math.max(line.gain, 0))} of its gain in the last quarter${still ? ': still improving' : ''}`;
      showTip(
        event.clientX,
        event.clientY,
        ...describeTrial(workbench, line.row),
        element('div', { text: `${number(line.values[i], 5)} at step ${line.steps[i]}${gain}` }),
      );
    });
    frame.node.addEventListener('pointerleave', () => {
      workbench.setHover(-1);
      hideTip();
    });
    onDrag(frame, (from) => {
      const panel = this.panels.find(
        ({ box }) =>
          from.x >= box.left && from.x <= box.right && from.y >= box.top && from.y <= box.bottom,
      );
      if (!panel) return null;
      const { box } = panel;
      return {
        move: (_, to) => {
          const context = frame.clear('over');
          context.fillStyle = theme().brush;
          context.globalAlpha = 0.12;
          context.fillRect(
            Math.min(from.x, to.x),
            box.top,
            Math.abs(to.x - from.x),
            box.bottom - box.top,
          );
          context.globalAlpha = 1;
        },
        end: (_, to) => {
          const steps = [from.x, to.x].map((x) =>
            panel.x.fromUnit((x - box.left) / (box.right - box.left)),
          );
          this.zoom = [Math.min(...steps), Math.max(...steps)];
          this.#draw();
        },
        click: (at) => {
          const hit = this.#find(at);
          if (hit) workbench.keep(hit.line.row);
          else {
            this.zoom = null;
            this.#draw();
          }
        },
      };
    });
  }

  /** @param {{ x: number, y: number }} at */
  #find(at) {
    let [found, least] = [/** @type {{ line: Line, i: number } | null} */ (null), 100];
    for (const panel of this.panels) {
      for (const line of panel.lines) {
        line.steps.forEach((step, i) => {
          const [x, y] = place(panel, step, line.values[i]);
          const distance = (x - at.x) ** 2 + (y - at.y) ** 2;
          if (distance < least) [found, least] = [{ line, i }, distance];
        });
      }
    }
    return found;
  }
}

/**
 * @param {Panel} panel
 * @param {number} step
 * @param {number} value
 * @returns {[number, number]}
 */
function place({ box, x, y }, step, value) {
  return [
    box.left + x.toUnit(step) * (box.right - box.left),
    box.bottom - y.toUnit(value) * (box.bottom - box.top),
  ];
}

/** @param {ArrayLike<number>[]} lists @returns {[number, number]} */
function ends(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let i = 0; i < list.length; i++) {
      low = Math.min(low, list[i]);
      high = Math.max(high, list[i]);
    }
  }
  return high >= low ? [low, high] : [0, 1];
}
