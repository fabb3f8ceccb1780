/** How one parameter acts on the target, with the trials and the effect among those brushed. */

import { chooser } from '../../chart/controls.js';
import { theme } from '../../chart/colours.js';
import { cutNote } from '../../chart/cut.js';
import { byGoodness, drawDots, drawMarked, nearest, paintOrder } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { onDrag, pointAtTrials } from '../../chart/gestures.js';
import { byImportance } from '../../chart/params.js';
import { element, replace } from '../../shell/dom.js';
import { missing } from '../../shell/missing.js';
import { binsOf } from '../../state/estimates.js';
import { paramKey } from '../../state/selection.js';
import { thin } from '../parallel_coordinates/rows.js';
import { drawBehind, drawBrushed, drawCurve } from './drawing.js';
import { brushBetween, placesOf, planeOf } from './plane.js';

export const title = 'Effect';
export const how =
  'Line: expected target; dots: trials; drag to brush. Averaged over the other parameters, with the spread over trees as a band; dotted: where the others are promising; dashed: given what is brushed elsewhere.';

const MOST_DOTS = 1200;
const MOST_WHILE_DRAGGING = 400;
const REACH = 8; // px around a dot

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
    this.legend = element('p', { class: 'foot legend lines' });
    root.append(this.legend);
    this.frame.onResize(() => this.#draw());
    /** Null where there is no parameter. @type {import('./plane.js').Plane | null} */
    this.plane = null;
    this.places = { x: new Float32Array(0), y: new Float32Array(0) };
    /** Rows that are drawn, worst first; while the mouse drags, fewer. @type {Int32Array} */
    this.rows = new Int32Array(0);
    this.fewer = /** @type {Int32Array} */ (this.rows);
    this.filter = workbench.filter;
    this.told = '';
    pointAtTrials(this.frame, workbench, (at) => this.#find(at));
    onDrag(this.frame, ({ y }) => (y < this.frame.box.top ? null : this.#drag()));
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    const isFiltered = this.filter !== this.workbench.filter;
    if (isFiltered || has('data', 'target', 'guidance', 'focus', 'theme')) this.#draw();
    else if (has('selection', 'estimates')) this.#drawFront();
    if (has('hover', 'kept')) this.#drawOver();
  }

  #draw() {
    const { workbench, frame } = this;
    const { focus, data } = workbench;
    const params = byImportance(workbench);
    const param = (focus.length && data.param(focus[0])) || params[0];
    this.filter = workbench.filter;
    frame.node.hidden = !param;
    if (!param) {
      this.plane = null;
      replace(this.note, missing(workbench));
      return;
    }
    this.choose.set(
      params.map(({ name }) => ({ value: name, text: name })),
      param.name,
    );
    const found = workbench.guidanceOf(param.name);
    const without = () =>
      element('p', { class: 'mute small', text: missing(workbench).textContent });
    replace(this.note, !found && without(), cutNote(workbench));
    this.plane = planeOf(workbench, param, frame.box);
    this.places = placesOf(this.plane, workbench);
    const { targetColumn } = workbench;
    const context = frame.clear('back');
    drawBehind(context, this.plane, frame.box, targetColumn, found?.promising ?? null);
    this.#drawPale(context);
    this.#drawFront();
    this.#drawOver();
  }

  #drawFront() {
    const { workbench, frame, plane } = this;
    if (!plane) return;
    const context = frame.clear('front');
    this.#drawDots(context);
    const { brushes } = workbench.selection;
    const own = paramKey(plane.param.name);
    drawBrushed(context, plane, brushes.get(own));
    const found = workbench.guidanceOf(plane.param.name);
    if (!found) {
      this.#tell([]);
      return;
    }
    drawCurve(context, plane, found.effect, { colour: theme().accent });
    const told = [['line', 'expected over all trials']];
    const isGiven = [...brushes.keys()].some((key) => key.startsWith('p:') && key !== own);
    const given = isGiven && workbench.estimates ? binsOf(workbench, plane.param.name) : null;
    const { edges, promising } = found.effect;
    if (given) {
      drawCurve(context, plane, given, { colour: theme().guide, dash: [5, 3] });
      told.push(['line given', 'among those brushed']);
    } else if (promising) {
      const look = { colour: theme().range, dash: [2, 3] };
      drawCurve(context, plane, { edges, mean: promising }, look);
      told.push(['line promising', 'where the others are promising']);
    }
    this.#tell(told);
  }

  /** What the lines mean, written anew where it changed. @param {string[][]} lines */
  #tell(lines) {
    const told = lines.map(([, words]) => words).join();
    if (told === this.told) return;
    this.told = told;
    replace(this.legend, ...lines.map(([look, words]) => sample(look, words)));
  }

  /** The trials that pass the filter, behind those that are selected. @param {CanvasRenderingContext2D} context */
  #drawPale(context) {
    const { workbench, places } = this;
    const { filter } = workbench;
    const isShown = (/** @type {number} */ row) =>
      filter[row] === 1 && !Number.isNaN(places.y[row]);
    this.rows = thin(paintOrder(workbench).filter(isShown), MOST_DOTS);
    this.fewer = thin(this.rows, MOST_WHILE_DRAGGING);
    context.fillStyle = theme().faint;
    context.globalAlpha = 0.3;
    drawDots(context, this.rows, places.x, places.y, { radius: 1.8 });
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context */
  #drawDots(context) {
    const { workbench, places } = this;
    const { isDragging, mask, nSelected } = workbench;
    const rows = isDragging ? this.fewer : this.rows;
    const n = (rows.length * nSelected) / Math.max(workbench.data.n, 1);
    context.globalAlpha = Math.max(0.35, Math.min(0.85, 8 / Math.sqrt(n + 1)));
    const look = { flags: mask, colour: byGoodness(workbench), radius: 2.4, few: !isDragging };
    drawDots(context, rows, places.x, places.y, look);
    context.globalAlpha = 1;
  }

  #drawOver() {
    const { x, y } = this.places;
    drawMarked(this.frame.clear('over'), this.workbench, x, y);
  }

  /** @param {import('../../chart/gestures.js').Point} at */
  #find(at) {
    const { mask } = this.workbench;
    const rows = this.rows.filter((row) => mask[row] === 1);
    return nearest(rows, this.places.x, this.places.y, at, REACH);
  }

  /** @returns {import('../../chart/gestures.js').Drag | null} */
  #drag() {
    const { plane, workbench } = this;
    if (!plane) return null;
    const key = paramKey(plane.param.name);
    const brush = (/** @type {number} */ from, /** @type {number} */ to, dragging = false) =>
      workbench.brush(key, brushBetween(plane, workbench.data, from, to), { dragging });
    return {
      move: (from, to) => brush(from.x, to.x, true),
      end: (from, to) => brush(from.x, to.x),
      click: (at) => {
        const row = this.#find(at);
        if (row >= 0) workbench.keep(row);
        else workbench.brush(key, null);
      },
    };
  }
}

/** A line of the chart and what it is. @param {string} kind @param {string} words */
function sample(kind, words) {
  return element('span', {}, element('i', { class: kind }), words);
}
