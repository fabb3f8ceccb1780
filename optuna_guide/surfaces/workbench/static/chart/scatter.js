/** Trials as points of a plane: pale where they are not selected; point, keep, lasso. */

import {
  areFew,
  byGoodness,
  drawDots,
  drawMarked,
  drawPale,
  nearest,
  paintOrder,
} from './dots.js';
import { drawFamily, drawVeil } from './family.js';
import { Frame } from './frame.js';
import { lasso, onDrag, pointAtTrials } from './gestures.js';
import { kinOf, linksWithin } from '../state/kin.js';

/**
 * @typedef {import('../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./frame.js').Box} Box
 *
 * @typedef {object} Look
 * @property {number} height
 * @property {Box} margin
 * @property {string} label For screen readers.
 * @property {string} lassoed What a selection is called.
 * @property {(context: CanvasRenderingContext2D, box: Box) => void} [behind] Axes and lines.
 * @property {(context: CanvasRenderingContext2D, box: Box) => void} [above] Lines and words.
 * @property {(at: import('./gestures.js').Point) => import('./gestures.js').Drag | null} [grab]
 *   What else can be dragged.
 */

const RADIUS = 3;

export class Scatter {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   * @param {Look} look
   */
  constructor(root, workbench, look) {
    this.workbench = workbench;
    this.look = look;
    this.frame = new Frame(root, look);
    this.frame.node.classList.add('drags');
    /** Unit places of all rows, NaN = not shown. @type {{ x: Float64Array, y: Float64Array }} */
    this.units = { x: new Float64Array(0), y: new Float64Array(0) };
    /** The same in pixels. @type {{ x: Float64Array, y: Float64Array }} */
    this.places = { x: new Float64Array(0), y: new Float64Array(0) };
    this.nothing = '';
    this.filter = workbench.filter;
    /** @type {number | ArrayLike<number>} */
    this.radius = RADIUS;
    /** @type {((row: number) => string) | null} */
    this.colour = null;
    const find = (/** @type {import('./gestures.js').Point} */ at) =>
      nearest(this.#shown(), this.places.x, this.places.y, at);
    pointAtTrials(this.frame, workbench, find);
    if (look.grab) onDrag(this.frame, look.grab);
    const redraw = () => this.drawOver();
    const isFree = (/** @type {import('./gestures.js').Point} */ at) => !look.grab?.(at);
    lasso(this.frame, workbench, {
      places: () => this.places,
      find,
      redraw,
      isFree,
      label: look.lassoed,
    });
    this.frame.onResize(() => this.draw());
  }

  /**
   * @param {Float64Array} x Unit places, one per row; NaN = not shown.
   * @param {Float64Array} y
   * @param {string} [nothing] Why none is shown.
   */
  place(x, y, nothing = '') {
    this.units = { x, y };
    this.nothing = nothing;
    this.draw();
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('theme') || this.filter !== this.workbench.filter) this.draw();
    else if (changes.has('selection')) this.drawFront();
    if (['hover', 'kept'].some((change) => changes.has(change))) this.drawOver();
  }

  draw() {
    const { frame, units } = this;
    const { left, top, right, bottom } = frame.box;
    this.places = {
      x: units.x.map((u) => left + u * (right - left)),
      y: units.y.map((u) => bottom - u * (bottom - top)),
    };
    if (this.nothing) {
      frame.say(this.nothing);
      return;
    }
    const context = frame.clear('back');
    this.look.behind?.(context, frame.box);
    drawPale(context, this.workbench, this.places.x, this.places.y, this.radius);
    this.filter = this.workbench.filter;
    this.drawFront();
    this.drawOver();
  }

  drawFront() {
    const { frame, workbench, places, radius } = this;
    const context = frame.clear('front');
    const colour = this.colour ?? byGoodness(workbench);
    const look = { flags: workbench.mask, colour, radius, few: areFew(workbench.nSelected) };
    drawDots(context, paintOrder(workbench), places.x, places.y, look);
    this.look.above?.(context, frame.box);
  }

  drawOver() {
    const { frame, workbench, radius } = this;
    const { x, y } = this.places;
    const context = frame.clear('over');
    const kin = kinOf(workbench.data, workbench.hover);
    if (kin.size) {
      drawVeil(context, frame.box);
      drawFamily(context, linksWithin(workbench.data, kin), x, y);
      const colour = this.colour ?? byGoodness(workbench);
      drawDots(context, kin, x, y, { flags: workbench.filter, colour, radius, few: true });
    }
    drawMarked(context, workbench, x, y, 4);
  }

  /** Rows that can be pointed at. */
  *#shown() {
    const { filter } = this.workbench;
    for (let row = 0; row < filter.length; row++) if (filter[row]) yield row;
  }
}
