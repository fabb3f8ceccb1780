/** The EBM: what each parameter adds to the mean target, and what pairs add beyond. */

import { FONT } from '../../chart/axes.js';
import { segments } from '../../chart/controls.js';
import { areFew, byGoodness, drawDots, drawMarked, paintOrder } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { theme } from '../../chart/colours.js';
import { cut, element } from '../../shell/dom.js';
import { number, paramAxis } from '../../chart/scales.js';
import { paramKey } from '../../state/selection.js';
import { pointAtPairs, pointAtTerms } from './pointing.js';
import { colourOf, drawTile, layOut, reachOf as surfaceReach } from './surface.js';
import { FOOT, drawTerm, drawTrials, reachOf, signed, xOf, yOf } from './term.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./term.js').Term} Term
 * @typedef {import('./surface.js').Tile} Tile
 * @typedef {import('./surface.js').Part} Part
 */

export const title = 'EBM shape functions';
export const how =
  'Blue: what a value adds to the mean target, with its error over bags; dashed: the same by the forest; red: clearly worse, avoid; below: where trials went. Drag to select a range.';
export const wide = true;

const MAX_TERMS = 9;
const MAX_PAIRS = 3;
const HEIGHT = 172; // of a term, pixels
const LEFT = 46;

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new Shapes(root, workbench);
}

class Shapes {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Part} */
    this.part = 'total';
    /** @type {Term[]} */
    this.terms = [];
    /** @type {Tile[]} */
    this.tiles = [];
    const margin = { left: LEFT, top: 20, right: 10, bottom: 30 };
    this.upper = new Frame(root, { height: HEIGHT, margin, label: 'Shape functions of the EBM' });
    this.switch = segments(
      'Which terms are added up',
      [
        { value: 'total', text: 'Both parameters and the pair' },
        { value: 'mains', text: 'Both parameters' },
        { value: 'pair', text: 'The pair alone' },
      ],
      (part) => {
        this.part = /** @type {Part} */ (part);
        this.#drawPairs();
      },
    );
    this.scale = element('span', { class: 'legend' });
    this.pairs = element(
      'div',
      { class: 'shape-pairs' },
      element('h3', { text: 'Pairs' }),
      element('div', { class: 'controls' }, this.switch.node, this.scale),
    );
    root.append(this.pairs);
    this.lower = new Frame(this.pairs, { height: 250, margin, label: 'Pairs of the EBM' });
    this.foot = element('p', { class: 'foot' });
    root.append(this.foot);
    this.upper.onResize(() => this.#layOut());
    pointAtTerms(this.upper, workbench, () => this.terms);
    pointAtPairs(this.lower, () => this.tiles);
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const isNew = ['data', 'guidance', 'target', 'theme'].some((change) => changes.has(change));
    if (isNew) this.#layOut();
    else if (changes.has('selection')) this.#drawSelected();
    if (['hover', 'kept', 'selection'].some((change) => changes.has(change))) this.#drawOver();
  }

  #layOut() {
    const { workbench, upper } = this;
    const { data, guidance, showGuidance } = workbench;
    const params = (showGuidance && guidance ? guidance.params : []).filter(
      (p) => p.shape && data.param(p.name),
    );
    const shown = params.slice(0, MAX_TERMS);
    const columns = upper.width < 560 ? 1 : upper.width < 860 ? 2 : 3;
    upper.height = shown.length ? HEIGHT * Math.ceil(shown.length / columns) : 90;
    upper.fit();
    const reach = reachOf(shown);
    const width = upper.width / columns;
    this.terms = shown.map((/** @type {any} */ about, /** @type {number} */ k) => {
      const [column, row] = [k % columns, Math.floor(k / columns)];
      const { left, right, top, bottom } = upper.margin;
      const box = {
        left: column * width + left,
        right: (column + 1) * width - right,
        top: row * HEIGHT + top,
        bottom: (row + 1) * HEIGHT - bottom,
      };
      const param = /** @type {import('../../state/data.js').Param} */ (data.param(about.name));
      return { param, about, box, axis: paramAxis(param), reach };
    });
    const back = upper.clear('back');
    if (!shown.length) {
      const missing = 'There is no EBM yet: it takes at least 20 trials.';
      upper.say(showGuidance ? missing : 'The guidance is hidden.');
    }
    for (const term of this.terms) {
      drawTerm(back, term);
      this.#drawHeights(back, term);
    }
    const hidden = params.length - shown.length;
    this.foot.textContent = hidden > 0 ? `${hidden} less important parameters are not shown.` : '';
    this.foot.hidden = hidden <= 0;
    this.#drawPairs();
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {Term} term
   */
  #drawHeights(context, term) {
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

  #drawPairs() {
    const { workbench, lower } = this;
    const { data, guidance, showGuidance } = workbench;
    /** @type {any[]} */
    const pairs = (showGuidance && guidance ? guidance.pairs : []).filter(
      (p) => p.ebm_surface && data.param(p.names[0]) && data.param(p.names[1]),
    );
    pairs.sort((a, b) => (b.importance_ebm ?? 0) - (a.importance_ebm ?? 0));
    const shown = pairs.slice(0, MAX_PAIRS);
    this.pairs.hidden = !shown.length;
    this.switch.set(this.part);
    const columns = lower.width < 560 ? 1 : lower.width < 860 ? 2 : 3;
    const width = lower.width / columns;
    lower.height = 236 * Math.max(Math.ceil(shown.length / columns), 1);
    lower.fit();
    this.tiles = shown.map((pair, k) => {
      const [column, row] = [k % columns, Math.floor(k / columns)];
      const box = {
        left: column * width + 52,
        right: (column + 1) * width - 12,
        top: row * 236 + 20,
        bottom: (row + 1) * 236 - 40,
      };
      const [first, second] = pair.names.map(
        (/** @type {string} */ name) =>
          /** @type {import('../../state/data.js').Param} */ (data.param(name)),
      );
      return layOut(first, second, pair.ebm_surface, box);
    });
    if (shown.length) {
      const reach = surfaceReach(this.tiles, this.part);
      const back = lower.clear('back');
      for (const tile of this.tiles) drawTile(back, tile, this.part, reach, workbench.maximise);
      const ramp = element('i', { class: 'ramp' });
      const stops = [0, 0.25, 0.5, 0.75, 1].map((t) =>
        colourOf(reach[0] + t * (reach[1] - reach[0]), reach, this.part, workbench.maximise),
      );
      ramp.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
      const [low, high] = reach.map((v) => (this.part === 'pair' ? signed(v) : number(v, 3)));
      this.scale.replaceChildren(
        element('span', {}, low, ramp, high, ` ${cut(workbench.targetColumn.name, 24)}`),
      );
      this.#placeTrials();
    }
    this.#drawSelected();
    this.#drawOver();
  }

  /** Where the trials stand on each tile; those of one level beside each other. */
  #placeTrials() {
    const { n } = this.workbench.data;
    const spot = (
      /** @type {import('../../state/data.js').Param} */ param,
      /** @type {number} */ row,
      /** @type {number} */ factor,
    ) => {
      const axis = paramAxis(param);
      const noise = axis.levels === null ? 0 : (0.5 / axis.levels) * (((row * factor) % 1) - 0.5);
      return axis.toUnit(param.values[row]) + noise;
    };
    this.places = this.tiles.map(({ first, second, box }) => ({
      x: Float64Array.from(
        { length: n },
        (_, row) => box.left + spot(first, row, 0.618) * (box.right - box.left),
      ),
      y: Float64Array.from(
        { length: n },
        (_, row) => box.bottom - spot(second, row, 0.7549) * (box.bottom - box.top),
      ),
    }));
  }

  #drawSelected() {
    const { workbench, upper, lower } = this;
    const front = upper.clear('front');
    const { faint, accent } = theme();
    for (const term of this.terms) {
      front.globalAlpha = 0.5;
      const most = drawTrials(front, term, workbench.filter, faint, 0);
      front.globalAlpha = 0.8;
      if (workbench.isSelective) drawTrials(front, term, workbench.mask, accent, most);
      front.globalAlpha = 1;
    }
    const context = lower.clear('front');
    const few = areFew(workbench.nSelected * 3);
    this.tiles.forEach((_, k) => {
      const place = this.places?.[k];
      if (!place) return;
      const card = few ? theme().card : 'rgba(255,255,255,0.6)';
      drawDots(context, paintOrder(workbench), place.x, place.y, {
        flags: workbench.mask,
        colour: () => card,
        radius: few ? 3.4 : 1.3,
        few: false,
      });
      if (few)
        drawDots(context, paintOrder(workbench), place.x, place.y, {
          flags: workbench.mask,
          colour: byGoodness(workbench),
          radius: 2.4,
          few: false,
        });
    });
  }

  #drawOver() {
    const { workbench, upper, lower } = this;
    const context = upper.clear('over');
    const { brush, hover, kept } = theme();
    for (const term of this.terms) {
      const { top, bottom } = term.box;
      for (const [low, high] of workbench.brushes.get(paramKey(term.param.name))?.intervals ??
        []) {
        context.fillStyle = brush;
        context.globalAlpha = 0.13;
        context.fillRect(
          xOf(term, low),
          top,
          Math.max(xOf(term, high) - xOf(term, low), 2),
          bottom - top,
        );
        context.globalAlpha = 1;
      }
      const marked = workbench.kept.map(
        (n) => /** @type {[number, string]} */ ([workbench.rowOf(n), kept]),
      );
      for (const [row, colour] of [
        ...marked,
        /** @type {[number, string]} */ ([workbench.hover, hover]),
      ]) {
        const value = row >= 0 ? term.param.values[row] : NaN;
        if (Number.isNaN(value)) continue;
        context.fillStyle = colour;
        context.fillRect(xOf(term, value) - 1, bottom - FOOT, 2, FOOT);
      }
    }
    const below = lower.clear('over');
    for (const place of this.places ?? []) drawMarked(below, workbench, place.x, place.y, 3.5);
  }
}
