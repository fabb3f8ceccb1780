/** Did guidance help: the target before it, under each of its versions, and where it was ignored. */

import { FONT, drawBottomAxis, fitted } from '../../chart/axes.js';
import { Frame } from '../../chart/frame.js';
import { pointAtTrials } from '../../chart/gestures.js';
import { byGoodness, nearest } from '../../chart/dots.js';
import { theme } from '../../chart/colours.js';
import { limit } from '../../compute/statistics.js';
import { element } from '../../shell/dom.js';
import { number, numberAxis } from '../../chart/scales.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 *
 * @typedef {object} Batch Target of some trials; null without any.
 * @property {number[]} numbers
 * @property {number} n
 * @property {number | null} best
 * @property {number | null} median
 * @property {number | null} mean
 * @property {number | null} std
 *
 * @typedef {object} Evidence
 * @property {Batch} before
 * @property {Batch} guided
 * @property {Batch} explored
 * @property {number | null} p_before
 * @property {{ version: number, after: Batch, p_value: number | null }[]} versions
 * @property {string} summary
 *
 * @typedef {{ name: string, batch: Batch, p: number | null }} Group
 */

export const title = 'Did guidance help?';
export const how =
  'Bar: mean ± standard deviation; line: median; ◆ observed best; dots: trials. p: guided trials are better than those before. Click a name to select its trials.';
export const half = true;

const ROW = 44;
const MAX_VERSIONS = 6;

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
    this.asked = '';
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
        workbench.pick(group.batch.numbers, group.name);
      }
    });
  }

  /** @param {Set<string>} changes */
  update(changes) {
    if (changes.has('data') || changes.has('target')) this.#ask();
    if (changes.has('theme')) this.#draw();
    else if (changes.has('selection')) this.#drawFront();
    if (['hover', 'kept', 'selection'].some((change) => changes.has(change))) this.#drawOver();
  }

  async #ask() {
    const { workbench } = this;
    const question = JSON.stringify([workbench.asked, workbench.data.tag]);
    if (question === this.asked) return;
    this.asked = question;
    const answer = await workbench.api
      .get('evidence', { target: workbench.asked })
      .catch((error) => workbench.report(error));
    if (answer && question === this.asked) this.#show(answer.evidence);
  }

  /** @param {Evidence} found */
  #show(found) {
    this.groups = found.guided.n ? groupsOf(found) : [];
    this.said.textContent = found.guided.n
      ? found.summary
      : 'There is no trial that is known to be guided: use GuidedSampler.';
    this.said.className = found.guided.n ? 'said' : 'empty';
    this.frame.node.hidden = !found.guided.n;
    this.frame.height = ROW * this.groups.length + 44;
    this.frame.fit();
    this.#draw();
  }

  #rows() {
    return this.groups.flatMap((group) => this.#rowsOf(group));
  }

  /** Rows that are drawn as dots, each once. @param {Group} group */
  #rowsOf({ name, batch }) {
    if (name === 'all guided') return [];
    return batch.numbers.map((n) => this.workbench.rowOf(n)).filter((row) => row >= 0);
  }

  #draw() {
    if (!this.groups.length) return;
    const { frame, workbench } = this;
    const { left, right } = frame.box;
    const context = frame.clear('back');
    const ends = this.groups.flatMap(({ batch: { best, median, mean, std } }) =>
      [best, median, (mean ?? NaN) - (std ?? NaN), (mean ?? NaN) + (std ?? NaN)].filter(isKnown),
    );
    const [low, high] = [Math.min(...ends), Math.max(...ends)];
    const room = 0.05 * (high - low) || 0.05 * Math.max(Math.abs(high), 1e-12);
    const axis = numberAxis(low - room, high + room);
    const x = (/** @type {number} */ v) =>
      left + axis.toUnit(limit(v, low - room, high + room)) * (right - left);
    drawBottomAxis(context, frame.box, axis, { name: workbench.targetColumn.name, room: 70 });
    this.places = {
      x: new Float64Array(workbench.data.n).fill(NaN),
      y: new Float64Array(workbench.data.n).fill(NaN),
    };
    const { values } = workbench.targetColumn;
    this.groups.forEach((group, k) => {
      const y = frame.box.top + ROW * (k + 0.5);
      drawWords(context, frame.box, group, y);
      drawBatch(context, group.batch, x, y);
      this.#rowsOf(group).forEach((row, i) => {
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

/**
 * Before, under the newest versions, and where they were ignored; none is empty.
 * @param {Evidence} found
 * @returns {Group[]}
 */
function groupsOf({ before, guided, explored, p_before: p, versions }) {
  const newest = versions.slice(-MAX_VERSIONS);
  return [
    { name: 'before', batch: before, p: null },
    ...newest.map(({ version, after, p_value }) => ({
      name: `version ${version}`,
      batch: after,
      p: p_value,
    })),
    { name: 'all guided', batch: guided, p },
    { name: 'explored', batch: explored, p: null },
  ].filter(({ batch }) => batch.n);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import('../../chart/frame.js').Box} box
 * @param {Group} group
 * @param {number} y
 */
function drawWords(context, { left, right }, { name, batch, p }, y) {
  const { ink, mute } = theme();
  context.font = FONT;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.fillStyle = ink;
  context.fillText(fitted(context, name, left - 10), left - 8, y);
  context.textAlign = 'left';
  context.fillStyle = mute;
  context.fillText(`n = ${batch.n}`, right + 8, p === null ? y : y - 7);
  if (p !== null) context.fillText(`p = ${number(p, 1)}`, right + 8, y + 7);
}

/**
 * Mean and deviation as a bar, the median as a line, the best as a diamond.
 * @param {CanvasRenderingContext2D} context
 * @param {Batch} batch
 * @param {(value: number) => number} x
 * @param {number} y
 */
function drawBatch(context, { best, median, mean, std }, x, y) {
  const { accent, range } = theme();
  context.fillStyle = accent;
  if (isKnown(mean) && isKnown(std)) {
    const [from, to] = [x(mean - std), x(mean + std)];
    context.globalAlpha = 0.28;
    context.fillRect(from, y - 6, Math.max(to - from, 1), 12);
    context.globalAlpha = 1;
  }
  if (isKnown(median)) context.fillRect(x(median) - 1.5, y - 10, 3, 20);
  if (!isKnown(best)) return;
  context.fillStyle = range;
  const at = x(best);
  context.beginPath();
  context.moveTo(at, y - 6);
  context.lineTo(at + 6, y);
  context.lineTo(at, y + 6);
  context.lineTo(at - 6, y);
  context.fill();
}

/** @param {number | null} value @returns {value is number} */
function isKnown(value) {
  return value !== null && Number.isFinite(value);
}
