/** How two parameters act together: a map of the expected target, or of the pair alone. */

import { theme } from '../../chart/colours.js';
import { chooser } from '../../chart/controls.js';
import { cutNote } from '../../chart/cut.js';
import { Frame } from '../../chart/frame.js';
import { pointAtTrials } from '../../chart/gestures.js';
import { percent } from '../../chart/scales.js';
import { cut, element, replace } from '../../shell/dom.js';
import { missing } from '../../shell/missing.js';
import { shareOfPair } from '../importance/rows.js';
import { dotsOf, drawAxes, drawRanges, drawSurface, drawTrials, planeOf } from './drawing.js';

/** @typedef {import('../../shell/workbench.js').Workbench} Workbench */

export const title = 'Interaction';
export const how =
  'Expected target over two parameters; darker = better. Dots: selected trials; frame: promising ranges.';

const MOST_DOTS = 500;
const MOST_WHILE_DRAGGING = 150;
const REACH = 7; // px around a dot
const KINDS = {
  total: 'both effects together',
  pair: 'what only both do together',
  ebm: 'EBM: both effects together',
  ebm_pair: 'EBM: what only both do together',
};

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new InteractionView(root, workbench);
}

class InteractionView {
  /** @param {HTMLElement} root @param {Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.kind = 'total';
    this.choose = chooser('of', (names) => workbench.setFocus(JSON.parse(names)));
    this.what = chooser('show', (kind) => {
      this.kind = kind;
      this.#draw();
    });
    this.note = element('div');
    const controls = element('div', { class: 'controls' }, this.choose.node, this.what.node);
    root.append(controls, this.note);
    this.frame = new Frame(root, {
      height: 330,
      margin: { left: 54, top: 20, right: 12, bottom: 40 },
      label: 'Interaction of two parameters',
    });
    this.frame.onResize(() => this.#draw());
    /** Null while nothing is drawn. @type {import('./drawing.js').Plane | null} */
    this.plane = null;
    /** The best ones first. @type {import('./drawing.js').Dot[]} */
    this.dots = [];
    const find = (/** @type {import('../../chart/gestures.js').Point} */ at) =>
      this.dots.find(({ x, y }) => Math.hypot(x - at.x, y - at.y) < REACH)?.row ?? -1;
    pointAtTrials(this.frame, workbench, find);
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
    if (has('guidance', 'target', 'focus', 'theme')) this.#draw();
    else if (has('selection', 'data')) this.#drawDots();
    if (has('hover', 'kept')) this.#drawOver();
  }

  /** The pair in focus, or the strongest of the parameter in focus, or of all. @returns {import('../../wire.js').PairGuidance | undefined} */
  get pair() {
    const { guidance, focus } = this.workbench;
    const pairs = (guidance?.pairs ?? []).filter(
      (p) => p.surface || p.ebm_surface || focus.length === 2,
    );
    const among = pairs.filter((p) => focus.every((name) => p.names.includes(name)));
    return among[0] ?? (focus.length === 2 ? undefined : pairs[0]);
  }

  #draw() {
    const { workbench, frame, pair } = this;
    const { guidance, data, showGuidance } = workbench;
    const [up, across] = (pair?.names ?? []).map((name) => data.param(name));
    const surface = this.#surface();
    if (guidance && showGuidance) this.#offer(guidance);
    const isShown = showGuidance && surface && across && up;
    frame.node.hidden = !isShown;
    replace(this.note, isShown ? cutNote(workbench) : this.#why());
    this.plane = isShown ? planeOf(across, up, frame.box) : null;
    this.dots = [];
    if (!this.plane || !surface) return;
    const context = frame.clear('back');
    const isAlone = this.kind.endsWith('pair');
    drawSurface(context, this.plane, surface, { isAlone, maximise: workbench.maximise });
    const ranges = this.plane.params.map(({ name }) => workbench.guidanceOf(name)?.promising);
    drawRanges(context, this.plane, ranges);
    drawAxes(context, this.plane);
    this.#drawDots();
  }

  /** @param {import('../../wire.js').Guidance} guidance */
  #offer({ pairs: all, unexplained }) {
    const { pair } = this;
    const pairs = all.filter((p) => p.surface || p.ebm_surface || p === pair);
    const share = (/** @type {typeof all[0]} */ p) => percent(shareOfPair(p, 1 - unexplained));
    this.choose.set(
      pairs.map((p) => ({
        value: JSON.stringify(p.names),
        text: `${p.names.map((name) => cut(name, 14)).join(' × ')}, ${share(p)}`,
        title: `${p.names.join(' × ')}, ${share(p)}`,
      })),
      JSON.stringify(pair?.names),
    );
    const kinds = Object.entries(KINDS).filter(
      ([kind]) => pair && (kind.startsWith('ebm') ? pair.ebm_surface : pair.surface),
    );
    const isKnown = kinds.some(([kind]) => kind === this.kind);
    this.what.set(
      kinds.map(([value, text]) => ({ value, text })),
      isKnown ? this.kind : (kinds[0]?.[0] ?? ''),
    );
  }

  /** Why nothing is drawn. */
  #why() {
    const { workbench, pair } = this;
    if (!workbench.guidance || !workbench.showGuidance) return missing(workbench);
    const text = pair
      ? 'This pair is too weak to be drawn: only the strongest are.'
      : 'There is no pair of parameters to draw.';
    return element('p', { class: 'empty', text });
  }

  #surface() {
    const { pair } = this;
    const ebm = this.kind.startsWith('ebm') ? pair?.ebm_surface : null;
    return ebm ?? pair?.surface ?? pair?.ebm_surface ?? null;
  }

  #drawDots() {
    const { workbench, frame, plane } = this;
    if (!plane) return;
    const most = workbench.isDragging ? MOST_WHILE_DRAGGING : MOST_DOTS;
    this.dots = dotsOf(plane, workbench.best(most));
    drawTrials(frame.clear('front'), this.dots, workbench.isDragging);
    this.#drawOver();
  }

  #drawOver() {
    const { workbench, frame } = this;
    if (!this.plane) return;
    const context = frame.clear('over');
    const kept = workbench.kept.map((number) => workbench.rowOf(number));
    for (const { row, x, y } of this.dots) {
      if (row !== workbench.hover && !kept.includes(row)) continue;
      context.beginPath();
      context.arc(x, y, 5.5, 0, 7);
      context.lineWidth = 2.2;
      context.strokeStyle = row === workbench.hover ? theme().dot : theme().kept;
      context.stroke();
    }
  }
}
