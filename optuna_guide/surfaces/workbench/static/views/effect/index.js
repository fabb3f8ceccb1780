/** How one parameter acts on the target, with the trials and the effect among those brushed. */

import { drawBottomAxis, drawLeftAxis } from '../../chart/axes.js';
import { chooser } from '../../chart/controls.js';
import { Frame } from '../../chart/frame.js';
import { onDrag, pointAtTrials } from '../../chart/gestures.js';
import { shade, theme } from '../../chart/colours.js';
import { spansOf } from '../../compute/bands.js';
import { element, replace } from '../../shell/dom.js';
import { binsOf } from '../../state/estimates.js';
import { numberAxis, paramAxis } from '../../chart/scales.js';
import { paramKey } from '../../state/selection.js';
import { noise } from '../parallel_coordinates/columns.js';
import { brushOf } from '../parallel_coordinates/brushing.js';
import { missing } from '../../shell/missing.js';

export const title = 'Effect';
export const how =
  'Expected target (line) and its spread over trees (band), averaged over the other parameters; ' +
  'dashed: given what is brushed elsewhere. Dots: trials. Drag sideways to brush.';

const MOST_DOTS = 1200;
const MOST_WHILE_DRAGGING = 400;
const STATION = 16; // px at the left for inactive

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  return new EffectView(root, workbench);
}

class EffectView {
  /** @param {HTMLElement} root @param {import('../../shell/workbench.js').Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.choose = chooser('of', (name) => workbench.setFocus([name]));
    this.note = element('div');
    root.append(element('div', { class: 'controls' }, this.choose.node), this.note);
    this.frame = new Frame(root, {
      height: 330,
      margin: { left: 46, top: 20, right: 12, bottom: 40 },
      label: 'Effect of one parameter',
    });
    this.frame.onResize(() => this.#draw());
    this.x = new Float32Array(0);
    this.y = new Float32Array(0);
    /** @type {number[]} */
    this.rows = [];
    pointAtTrials(this.frame, workbench, ({ x, y }) => this.#nearest(x, y));
    onDrag(this.frame, ({ y }) =>
      y < this.frame.box.top
        ? null
        : {
            move: (from, to) => this.#brush(from.x, to.x, true),
            end: (from, to) => this.#brush(from.x, to.x, false),
            click: ({ x, y: at }) => {
              const row = this.#nearest(x, at);
              if (row >= 0) workbench.keep(row);
              else if (this.param)
                workbench.brush(paramKey(this.param.name), null, { label: 'brush' });
            },
          },
    );
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('data', 'target', 'guidance', 'focus', 'theme', 'estimates')) this.#draw();
    else if (has('selection')) this.#drawDots();
    if (has('hover', 'kept')) this.#drawOver();
  }

  /** @returns {import('../../state/data.js').Param | undefined} */
  get param() {
    const { data, focus, guidance } = this.workbench;
    return data.param(focus[0] ?? guidance?.params[0]?.name ?? data.params[0]?.name);
  }

  /** Middle of a bin, or of a level. @param {number} value */
  #place(value) {
    const { left, right } = this.box;
    return left + (this.axis?.toUnit(value) ?? 0) * (right - left);
  }

  get box() {
    const { box } = this.frame;
    return this.hasInactive ? { ...box, left: box.left + STATION } : box;
  }

  #draw() {
    const { workbench, frame } = this;
    const { data, targetColumn: target } = workbench;
    const { param } = this;
    if (!param) {
      replace(this.note, missing(workbench));
      frame.node.hidden = true;
      return;
    }
    const order = workbench.guidance?.params.map((p) => p.name) ?? [];
    const names = [...new Set([...order, ...data.params.map((p) => p.name)])].filter((name) =>
      data.param(name),
    );
    this.choose.set(
      names.map((name) => ({ value: name, text: name })),
      param.name,
    );
    const found = workbench.guidanceOf(param.name);
    replace(
      this.note,
      !found && element('p', { class: 'mute small', text: missing(workbench).textContent }),
    );
    this.hasInactive = param.values.some((v, i) => Number.isNaN(v) && data.state[i] === 2);
    this.axis = paramAxis(param);
    this.values = numberAxis(...target.reach);
    const context = frame.clear('back');
    const { box } = this;
    drawBottomAxis(context, box, this.axis, {
      name: `${param.name}${this.axis.log ? ' (log)' : ''}`,
      grid: false,
    });
    drawLeftAxis(context, frame.box, this.values, {
      name: `${target.direction === 'maximize' ? '↑' : '↓'} ${target.name}`,
    });
    if (found) this.#drawRange(context, found.promising);
    if (this.hasInactive) {
      context.fillStyle = theme().mute;
      context.textAlign = 'left';
      context.save();
      context.translate(frame.box.left + 10, box.bottom - 4);
      context.rotate(-Math.PI / 2);
      context.fillText('inactive', 0, 0);
      context.restore();
    }
    this.#layDots();
    this.#drawDots();
    this.#drawOver();
  }

  /** @param {CanvasRenderingContext2D} context @param {import('../../compute/bands.js').Held | null} promising */
  #drawRange(context, promising) {
    const { top, bottom, left, right } = this.box;
    const { axis } = this;
    if (!axis) return;
    context.fillStyle = theme().range;
    context.globalAlpha = 0.17;
    for (const [a, b] of spansOf(axis, promising))
      context.fillRect(
        left + a * (right - left),
        top,
        Math.max((b - a) * (right - left), 2),
        bottom - top,
      );
    context.globalAlpha = 1;
  }

  #layDots() {
    const { param, workbench, axis, values } = this;
    if (!param || !axis || !values) return;
    const { data, targetColumn: target } = workbench;
    const { box } = this;
    this.x = new Float32Array(data.n).fill(NaN);
    this.y = new Float32Array(data.n).fill(NaN);
    const jitter =
      axis.levels && axis.levels <= 60 ? (0.6 * (box.right - box.left)) / axis.levels : 0;
    for (const row of workbench.order) {
      const value = param.values[row];
      this.x[row] = Number.isNaN(value)
        ? this.frame.box.left + 8 + noise(row) * 8
        : this.#place(value) + noise(row) * jitter;
      this.y[row] = box.bottom - values.toUnit(target.values[row]) * (box.bottom - box.top);
    }
  }

  #drawDots() {
    const { workbench, frame, param } = this;
    if (!param) return;
    const context = frame.clear('front');
    const { order, mask, filter, goodness } = workbench;
    const most = workbench.before === null ? MOST_DOTS : MOST_WHILE_DRAGGING;
    const every = Math.max(1, order.length / most);
    this.rows = [];
    context.fillStyle = theme().faint;
    context.globalAlpha = 0.3;
    for (let k = order.length - 1; k >= 0; k -= 1) {
      const row = order[k];
      if (Math.floor(k / every) === Math.floor((k - 1) / every) && k > most / 4) continue;
      if (mask[row]) this.rows.push(row);
      else if (filter[row]) dot(context, this.x[row], this.y[row], 1.8);
    }
    context.globalAlpha = Math.max(0.35, Math.min(0.85, 8 / Math.sqrt(this.rows.length + 1)));
    for (const row of this.rows) {
      context.fillStyle = shade(goodness[row]);
      dot(context, this.x[row], this.y[row], 2.4);
    }
    context.globalAlpha = 1;
    this.#drawLines(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawLines(context) {
    const { workbench, param } = this;
    const found = param && workbench.guidanceOf(param.name);
    if (!found || !param) return;
    const { effect } = found;
    this.#curve(context, effect.edges, effect.mean, effect.spread, theme().accent, []);
    const { brushes } = workbench.selection;
    const others = [...brushes.keys()].some(
      (key) => key.startsWith('p:') && key !== paramKey(param.name),
    );
    const given = others && workbench.estimates ? binsOf(workbench, param.name) : null;
    if (given) this.#curve(context, given.edges, given.mean, null, theme().guide, [5, 3]);
    const brush = brushes.get(paramKey(param.name));
    const { box, axis } = this;
    if (!brush || !axis) return;
    const ranges = brush.choices
      ? brush.choices.map((c) => axis.cell(c))
      : (brush.intervals ?? []).map(([a, b]) => [axis.cell(a)[0], axis.cell(b)[1]]);
    context.fillStyle = theme().brush;
    for (const [a, b] of ranges) {
      const [from, to] = [a, b].map((u) => box.left + u * (box.right - box.left));
      context.globalAlpha = 0.1;
      context.fillRect(from, box.top, to - from, box.bottom - box.top);
      context.globalAlpha = 1;
      context.fillRect(from, box.bottom, to - from, 3);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number[]} edges
   * @param {(number | null)[]} mean
   * @param {number[] | null} spread
   * @param {string} colour
   * @param {number[]} dash
   */
  #curve(context, edges, mean, spread, colour, dash) {
    const { box, values, axis, param } = this;
    if (!values || !axis || !param) return;
    const isStepped = axis.levels !== null && axis.levels <= 30;
    const height = (/** @type {number} */ v) =>
      box.bottom - values.toUnit(v) * (box.bottom - box.top);
    const at = (/** @type {number} */ edge) =>
      box.left +
      (param.kind === 'categorical' ? (edge + 0.5) / (axis.levels ?? 1) : axis.toUnit(edge)) *
        (box.right - box.left);
    /** @type {[number, number, number][]} */
    const points = mean.flatMap((m, k) => {
      if (m === null) return [];
      const [a, b] = [at(edges[k]), at(edges[k + 1])];
      const s = spread?.[k] ?? 0;
      return isStepped
        ? [
            [a + 2, m, s],
            [b - 2, m, s],
            [NaN, NaN, NaN],
          ]
        : /** @type {[number, number, number][]} */ ([[(a + b) / 2, m, s]]);
    });
    context.lineJoin = 'round';
    for (const part of pieces(points)) {
      if (spread) {
        context.beginPath();
        for (const [x, m, s] of part) context.lineTo(x, height(m + s));
        for (const [x, m, s] of part.toReversed()) context.lineTo(x, height(m - s));
        context.fillStyle = colour;
        context.globalAlpha = 0.18;
        context.fill();
        context.globalAlpha = 1;
      }
      context.beginPath();
      for (const [x, m] of part) context.lineTo(x, height(m));
      context.strokeStyle = theme().card;
      context.lineWidth = 4;
      context.stroke();
      context.setLineDash(dash);
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.stroke();
      context.setLineDash([]);
    }
  }

  #drawOver() {
    const { workbench, frame } = this;
    const context = frame.clear('over');
    const mark = (/** @type {number} */ row, /** @type {string} */ colour) => {
      if (row < 0 || Number.isNaN(this.x[row])) return;
      context.lineWidth = 2;
      context.strokeStyle = colour;
      context.beginPath();
      context.arc(this.x[row], this.y[row], 5, 0, 7);
      context.stroke();
    };
    for (const number of workbench.kept) mark(workbench.rowOf(number), theme().kept);
    mark(workbench.hover, theme().hover);
  }

  /** @param {number} x @param {number} y */
  #nearest(x, y) {
    let [found, least] = [-1, 64];
    for (const row of this.rows) {
      const distance = (this.x[row] - x) ** 2 + (this.y[row] - y) ** 2;
      if (distance <= least) [found, least] = [row, distance];
    }
    return found;
  }

  /** @param {number} from @param {number} to @param {boolean} dragging */
  #brush(from, to, dragging) {
    const { box, param, axis, workbench } = this;
    if (!param || !axis) return;
    const unit = (/** @type {number} */ x) =>
      Math.min(1, Math.max(0, (x - box.left) / (box.right - box.left)));
    const column = {
      key: paramKey(param.name),
      name: param.name,
      isTarget: false,
      isFlipped: false,
      axis,
      values: param.values,
      param,
      at: this.x,
      hasInactive: false,
    };
    const brush = brushOf(
      workbench.data,
      column,
      [[unit(Math.min(from, to)), unit(Math.max(from, to))]],
      false,
    );
    workbench.brush(column.key, brush, { label: 'brush', dragging });
  }
}

/** @param {CanvasRenderingContext2D} context @param {number} x @param {number} y @param {number} size */
function dot(context, x, y, size) {
  context.beginPath();
  context.arc(x, y, size, 0, 7);
  context.fill();
}

/** Runs of points without a gap. @param {[number, number, number][]} points */
function pieces(points) {
  /** @type {[number, number, number][][]} */
  const found = [[]];
  for (const point of points) {
    if (Number.isNaN(point[0])) found.push([]);
    else found[found.length - 1].push(point);
  }
  return found.filter((part) => part.length > 0);
}
