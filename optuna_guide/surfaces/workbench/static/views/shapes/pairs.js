/** The strongest pairs of the EBM as heat maps, with the selected trials on them. */

import { theme } from '../../chart/colours.js';
import { segments } from '../../chart/controls.js';
import { areFew, byGoodness, drawDots, drawMarked, paintOrder } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { number, paramAxis } from '../../chart/scales.js';
import { colourOf, reachOf } from '../../chart/surface.js';
import { sumOf } from '../../compute/shapes.js';
import { cut, element } from '../../shell/dom.js';
import { pointAtPairs } from './pointing.js';
import { drawTile, layOut } from './surface.js';
import { signed } from './term.js';
import { columnsOf } from './terms.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../state/data.js').Param} Param
 * @typedef {import('./surface.js').Tile} Tile
 * @typedef {import('./surface.js').Part} Part
 */

const MAX_PAIRS = 3;
const HEIGHT = 236; // of a pair, pixels
const PARTS = [
  { value: 'total', text: 'Both parameters and the pair' },
  { value: 'mains', text: 'Both parameters' },
  { value: 'pair', text: 'Only together' },
];

export class Pairs {
  /** @param {HTMLElement} root @param {Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    /** @type {Part} */
    this.part = 'total';
    /** @type {Tile[]} */
    this.tiles = [];
    /** Where the trials stand on each tile. @type {{ x: Float64Array, y: Float64Array }[]} */
    this.places = [];
    this.switch = segments('Which terms are added up', PARTS, (part) => {
      this.part = /** @type {Part} */ (part);
      this.draw();
    });
    this.scale = element('span', { class: 'legend' });
    this.node = element(
      'div',
      { class: 'shape-pairs' },
      element('h3', { text: 'Pairs' }),
      element('div', { class: 'controls' }, this.switch.node, this.scale),
    );
    root.append(this.node);
    const margin = { left: 46, top: 20, right: 10, bottom: 30 };
    this.frame = new Frame(this.node, { height: HEIGHT, margin, label: 'Pairs of the EBM' });
    pointAtPairs(this.frame, () => this.tiles);
  }

  draw() {
    this.#layOut();
    this.switch.set(this.part);
    const { workbench, frame, tiles, part } = this;
    if (tiles.length) {
      const sums = tiles.map(({ surface }) => sumOf(surface, part));
      const isAlone = part === 'pair';
      const look = { reach: reachOf(sums, isAlone), isAlone, maximise: workbench.maximise };
      const back = frame.clear('back');
      for (const tile of tiles) drawTile(back, tile, part, look);
      this.#drawScale(look);
    }
    this.places = tiles.map((tile) => placesOn(tile, workbench.data.n));
    this.drawSelected();
    this.drawOver();
  }

  #layOut() {
    const { workbench, frame } = this;
    const { data, guidance, showGuidance } = workbench;
    const shown = (showGuidance && guidance ? guidance.pairs : [])
      .filter(({ ebm_surface, names }) => ebm_surface && names.every((name) => data.param(name)))
      .sort((a, b) => (b.importance_ebm ?? 0) - (a.importance_ebm ?? 0))
      .slice(0, MAX_PAIRS);
    this.node.hidden = !shown.length; // what is hidden has no width
    const nColumns = columnsOf(frame.width);
    const width = frame.width / nColumns;
    frame.height = HEIGHT * Math.max(Math.ceil(shown.length / nColumns), 1);
    frame.fit();
    this.tiles = shown.map(({ names, ebm_surface: surface }, k) => {
      const [column, row] = [k % nColumns, Math.floor(k / nColumns)];
      const box = {
        left: column * width + 52,
        right: (column + 1) * width - 12,
        top: row * HEIGHT + 20,
        bottom: (row + 1) * HEIGHT - 40,
      };
      const [first, second] = names.map((name) => /** @type {Param} */ (data.param(name)));
      return layOut(first, second, /** @type {import('./surface.js').Surface} */ (surface), box);
    });
  }

  /** @param {import('../../chart/surface.js').Look} look */
  #drawScale(look) {
    const [low, high] = look.reach;
    const ramp = element('i', { class: 'ramp' });
    const stops = [0, 0.25, 0.5, 0.75, 1].map((t) => colourOf(low + t * (high - low), look));
    ramp.style.background = `linear-gradient(to right, ${stops.join(', ')})`;
    const [from, to] = look.reach.map((v) => (look.isAlone ? signed(v) : number(v, 3)));
    const name = ` ${cut(this.workbench.targetColumn.title, 24)}`;
    this.scale.replaceChildren(element('span', {}, from, ramp, to, name));
  }

  drawSelected() {
    const { workbench } = this;
    const context = this.frame.clear('front');
    const few = areFew(workbench.nSelected * 3);
    const card = few ? theme().card : 'rgba(255,255,255,0.6)';
    const rows = paintOrder(workbench);
    const look = { flags: workbench.mask, few: false };
    for (const { x, y } of this.places) {
      drawDots(context, rows, x, y, { ...look, colour: () => card, radius: few ? 3.4 : 1.3 });
      const colour = byGoodness(workbench);
      if (few) drawDots(context, rows, x, y, { ...look, colour, radius: 2.4 });
    }
  }

  drawOver() {
    const context = this.frame.clear('over');
    for (const { x, y } of this.places) drawMarked(context, this.workbench, x, y, 3.5);
  }
}

/** Places of the trials; those of one level beside each other. @param {Tile} tile @param {number} n */
function placesOn({ first, second, box }, n) {
  const units = (/** @type {Param} */ param, /** @type {number} */ factor) => {
    const axis = paramAxis(param);
    const cell = axis.levels === null ? 0 : 0.5 / axis.levels;
    return Float64Array.from(
      { length: n },
      (_, row) => axis.toUnit(param.values[row]) + cell * (((row * factor) % 1) - 0.5),
    );
  };
  return {
    x: units(first, 0.618).map((u) => box.left + u * (box.right - box.left)),
    y: units(second, 0.7549).map((u) => box.bottom - u * (box.bottom - box.top)),
  };
}
