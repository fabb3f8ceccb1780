/** Did guidance help: the target before it, under each of its versions, and where it was ignored. */

import { FONT, drawBottomAxis, fitted } from '../../chart/axes.js';
import { Frame } from '../../chart/frame.js';
import { pointAtTrials } from '../../chart/gestures.js';
import { byGoodness, nearest } from '../../chart/dots.js';
import { theme } from '../../chart/colours.js';
import { measureEvidence } from '../../compute/evidence.js';
import { limit, summarise } from '../../compute/statistics.js';
import { element } from '../../shell/dom.js';
import { number, numberAxis, percent } from '../../chart/scales.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../compute/evidence.js').Group} Group
 */

export const title = 'Did guidance help?';
export const how =
  'Bar: mean ± standard deviation; line: median; ◆ observed best; dots: trials. p: guided trials are better than those before. Click a name to select its trials.';
export const half = true;

const ROW = 44;
const MAX_VERSIONS = 6;
const ALPHA = 0.05;

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  return new GuidanceHelp(root, workbench);
}

class GuidanceHelp {
  /**
   * @param {HTMLElement} root
   * @param {Workbench} workbench
   */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.said = element('p', { class: 'said' });
    root.append(this.said);
    this.frame = new Frame(root, {
      height: 120,
      margin: { left: 84, top: 6, right: 84, bottom: 36 },
      label: 'Target before and under the guidance',
    });
    /** @type {Group[]} */
    this.groups = [];
    this.places = { x: new Float64Array(0), y: new Float64Array(0) };
    this.frame.onResize(() => this.#draw());
    const find = (/** @type {{ x: number, y: number }} */ at) =>
      nearest(this.#rows(), this.places.x, this.places.y, at, 9);
    pointAtTrials(this.frame, workbench, find);
    this.frame.node.addEventListener('click', (event) => {
      const at = this.frame.at(event);
      const row = find(at);
      const group = this.groups[Math.floor((at.y - this.frame.box.top) / ROW)];
      if (row >= 0) workbench.keep(row);
      else if (group && at.x < this.frame.box.left) {
        const numbers = group.rows.map((r) => workbench.data.number[r]);
        workbench.pick(numbers, group.name);
      }
    });
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('data') || changes.has('target')) this.#read();
    else if (changes.has('theme')) this.#draw();
    else if (changes.has('selection')) this.#drawFront();
    if (['hover', 'kept', 'selection'].some((change) => changes.has(change))) this.#drawOver();
  }

  #read() {
    const { workbench } = this;
    const { data } = workbench;
    const rows = [...workbench.order].sort((a, b) => a - b);
    const kind = (/** @type {number} */ row) =>
      data.decision.labels[data.decision.codes[row]] ?? '';
    const loss = (/** @type {number} */ row) => workbench.loss(row);
    const found = measureEvidence(rows, loss, kind, (row) => data.version[row], MAX_VERSIONS);
    this.groups = found.nGuided ? found.groups : [];
    this.said.textContent = summary(found);
    this.said.className = found.nGuided ? 'said' : 'empty';
    this.frame.node.hidden = !found.nGuided;
    this.frame.height = ROW * this.groups.length + 44;
    this.frame.fit();
    this.#draw();
  }

  #rows() {
    return this.groups.flatMap(({ name, rows }) => (name === 'all guided' ? [] : rows));
  }

  #draw() {
    if (!this.groups.length) return;
    const { frame, workbench } = this;
    const { left, right, top, bottom } = frame.box;
    const values = workbench.targetColumn.values;
    const context = frame.clear('back');
    const stats = this.groups.map(({ rows }) => summarise(rows.map((row) => values[row])));
    const best = (/** @type {import('../../compute/statistics.js').Summary} */ s) =>
      workbench.maximise ? s.high : s.low;
    const ends = stats.flatMap((s) => [best(s), s.median, s.mean - s.std, s.mean + s.std]);
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const room = 0.05 * (high - low) || 0.05 * Math.max(Math.abs(high), 1e-12);
    this.axis = numberAxis(low - room, high + room);
    const x = (/** @type {number} */ v) =>
      left + (this.axis?.toUnit(limit(v, low - room, high + room)) ?? 0) * (right - left);
    drawBottomAxis(context, { left, right, top, bottom }, this.axis, {
      name: workbench.targetColumn.name,
      room: 70,
    });
    const { ink, mute, accent, range } = theme();
    this.places = {
      x: new Float64Array(workbench.data.n).fill(NaN),
      y: new Float64Array(workbench.data.n).fill(NaN),
    };
    this.groups.forEach(({ name, rows, p }, k) => {
      const s = stats[k];
      const y = top + ROW * (k + 0.5);
      context.font = FONT;
      context.textBaseline = 'middle';
      context.textAlign = 'right';
      context.fillStyle = ink;
      context.fillText(fitted(context, name, left - 10), left - 8, y);
      context.textAlign = 'left';
      context.fillStyle = mute;
      context.fillText(`n = ${s.n}`, right + 8, p === null ? y : y - 7);
      if (p !== null) context.fillText(`p = ${number(p, 1)}`, right + 8, y + 7);
      context.fillStyle = accent;
      context.globalAlpha = 0.28;
      context.fillRect(
        x(s.mean - s.std),
        y - 6,
        Math.max(x(s.mean + s.std) - x(s.mean - s.std), 1),
        12,
      );
      context.globalAlpha = 1;
      context.fillRect(x(s.median) - 1.5, y - 10, 3, 20);
      context.fillStyle = range;
      const at = x(best(s));
      context.beginPath();
      context.moveTo(at, y - 6);
      context.lineTo(at + 6, y);
      context.lineTo(at, y + 6);
      context.lineTo(at - 6, y);
      context.fill();
      if (name === 'all guided') return;
      rows.forEach((row, i) => {
        this.places.x[row] = x(values[row]);
        this.places.y[row] = y + 0.36 * ROW * (((i * 0.618) % 1) * 2 - 1);
      });
    });
    this.#drawFront();
    this.#drawOver();
  }

  #drawFront() {
    if (!this.groups.length) return;
    const { workbench, places } = this;
    const context = this.frame.clear('front');
    const colour = byGoodness(workbench);
    const { faint } = theme();
    for (const row of this.#rows()) {
      const isSelected = workbench.mask[row] === 1;
      context.fillStyle = isSelected ? colour(row) : faint;
      context.globalAlpha = isSelected ? 0.8 : 0.35;
      context.beginPath();
      context.arc(places.x[row], places.y[row], 2.2, 0, 7);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  #drawOver() {
    if (!this.groups.length) return;
    const { workbench, places } = this;
    const context = this.frame.clear('over');
    const { hover, kept } = theme();
    const ring = (/** @type {number} */ row, /** @type {string} */ colour) => {
      if (row < 0 || Number.isNaN(places.x[row])) return;
      context.strokeStyle = colour;
      context.lineWidth = 2;
      context.beginPath();
      context.arc(places.x[row], places.y[row], 5, 0, 7);
      context.stroke();
    };
    for (const kid of workbench.kept) ring(workbench.rowOf(kid), kept);
    ring(workbench.hover, hover);
  }
}

/** @param {import('../../compute/evidence.js').Evidence} found */
function summary({ nGuided, nExplored, pBefore, beatsExplored, interval }) {
  if (!nGuided) return 'There is no trial that is known to be guided: use GuidedSampler.';
  if (beatsExplored === null || !interval) {
    const few = `${nGuided} guided and ${nExplored} explored trials are too few to compare`;
    if (pBefore === null) return `It cannot be told yet: ${few}.`;
    const better = pBefore < ALPHA ? 'better than' : 'not clearly better than';
    return `It cannot be told yet: ${few}. Guided trials are ${better} those before (p = ${number(pBefore, 2)}), which any sampler that learns would be.`;
  }
  const [low, high] = interval;
  const verdict = low > 0.5 ? 'Yes' : high < 0.5 ? 'No' : 'It cannot be told yet';
  return `${verdict}: a guided trial is better than an explored one in ${percent(beatsExplored)} of the pairs (95 % interval ${percent(low)} … ${percent(high)}; ${nGuided} guided, ${nExplored} explored).`;
}
