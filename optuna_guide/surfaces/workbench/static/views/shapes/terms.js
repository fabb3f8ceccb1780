/** The shape functions of the EBM side by side, the most important first. */

import { FONT } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { Frame } from '../../chart/frame.js';
import { paramAxis } from '../../chart/scales.js';
import { sayMissing } from '../../shell/missing.js';
import { paramKey } from '../../state/selection.js';
import { pointAtTerms } from './pointing.js';
import { FOOT, drawTerm, drawTrials, reachOf, signed, xOf, yOf } from './term.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./term.js').About} About
 * @typedef {import('./term.js').Term} Term
 */

const MAX_TERMS = 9;
const HEIGHT = 172; // of a term, pixels
const LEFT = 46;

export class Terms {
  /** @param {HTMLElement} root @param {Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Term[]} */
    this.terms = [];
    const margin = { left: LEFT, top: 20, right: 10, bottom: 30 };
    this.frame = new Frame(root, { height: HEIGHT, margin, label: 'Shape functions of the EBM' });
    pointAtTerms(this.frame, workbench, () => this.terms);
  }

  /** @returns {number} how many terms there is no room for */
  draw() {
    const { workbench, frame } = this;
    const { data, guidance, showGuidance, terms } = workbench;
    const params = /** @type {About[]} */ (
      (showGuidance && guidance ? guidance.params : []).filter(
        ({ name }) => terms[name] && data.param(name),
      )
    );
    const shown = params.slice(0, MAX_TERMS);
    this.#layOut(shown);
    const back = frame.clear('back');
    if (!shown.length) {
      const isKnown = guidance && showGuidance;
      frame.say(isKnown ? 'No EBM: it takes 20 trials.' : sayMissing(workbench));
    }
    for (const term of this.terms) {
      drawTerm(back, term);
      drawHeights(back, term);
    }
    return params.length - shown.length;
  }

  /** @param {About[]} shown */
  #layOut(shown) {
    const { frame, workbench } = this;
    const nColumns = columnsOf(frame.width);
    frame.height = shown.length ? HEIGHT * Math.ceil(shown.length / nColumns) : 90;
    frame.fit();
    const besides = shown.map(({ name }) => workbench.terms[name]);
    const reach = reachOf(shown.map((about, k) => ({ about, beside: besides[k] })));
    const width = frame.width / nColumns;
    const { left, right, top, bottom } = frame.margin;
    this.terms = shown.map((about, k) => {
      const [column, row] = [k % nColumns, Math.floor(k / nColumns)];
      const box = {
        left: column * width + left,
        right: (column + 1) * width - right,
        top: row * HEIGHT + top,
        bottom: (row + 1) * HEIGHT - bottom,
      };
      const param = /** @type {import('../../state/data.js').Param} */ (
        workbench.data.param(about.name)
      );
      return { param, about, beside: besides[k], box, axis: paramAxis(param), reach };
    });
  }

  /** Where the trials went. */
  drawSelected() {
    const { workbench } = this;
    const front = this.frame.clear('front');
    const { faint, accent } = theme();
    for (const term of this.terms) {
      front.globalAlpha = 0.5;
      const most = drawTrials(front, term, workbench.filter, faint, 0);
      front.globalAlpha = 0.8;
      if (workbench.isSelective) drawTrials(front, term, workbench.mask, accent, most);
      front.globalAlpha = 1;
    }
  }

  /** Brushes, kept trials, and the one that is pointed at. */
  drawOver() {
    const { workbench } = this;
    const context = this.frame.clear('over');
    const { brush, hover, kept } = theme();
    /** @type {[number, string][]} */
    const marked = workbench.kept.map((n) => [workbench.rowOf(n), kept]);
    marked.push([workbench.hover, hover]);
    for (const term of this.terms) {
      const { top, bottom } = term.box;
      const ranges = workbench.brushes.get(paramKey(term.param.name))?.intervals ?? [];
      context.fillStyle = brush;
      context.globalAlpha = 0.13;
      for (const [low, high] of ranges) {
        const [from, to] = [xOf(term, low), xOf(term, high)];
        context.fillRect(from, top, Math.max(to - from, 2), bottom - top);
      }
      context.globalAlpha = 1;
      for (const [row, colour] of marked) {
        const value = row >= 0 ? term.param.values[row] : NaN;
        if (Number.isNaN(value)) continue;
        context.fillStyle = colour;
        context.fillRect(xOf(term, value) - 1, bottom - FOOT, 2, FOOT);
      }
    }
  }
}

/** @param {number} width of a frame */
export function columnsOf(width) {
  return width < 560 ? 1 : width < 860 ? 2 : 3;
}

/** Ends of the vertical axis, and 0. @param {CanvasRenderingContext2D} context @param {Term} term */
function drawHeights(context, term) {
  context.font = FONT;
  context.fillStyle = theme().mute;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const v of [term.reach[0], 0, term.reach[1]]) {
    const y = yOf(term, v) + (v === term.reach[0] ? -5 : v > 0 ? 5 : 0);
    if (v !== 0 && Math.abs(y - yOf(term, 0)) < 12) continue;
    context.fillText(v === 0 ? '0' : signed(v), term.box.left - 5, y);
  }
}
