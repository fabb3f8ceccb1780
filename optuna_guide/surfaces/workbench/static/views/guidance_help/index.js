/** Did guidance help: the target before it, under each of its versions, and where it was ignored. */

import { drawBottomAxis } from '../../chart/axes.js';
import { theme } from '../../chart/colours.js';
import { byGoodness, nearest } from '../../chart/dots.js';
import { Frame } from '../../chart/frame.js';
import { pointAtTrials } from '../../chart/gestures.js';
import { element } from '../../shell/dom.js';
import { drawBatch, drawWords, groupsOf, scaleOf } from './groups.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./groups.js').Group} Group
 */

export const title = 'Did guidance help?';
export const how =
  'Trials before and under guidance; a click selects them. Bar: mean ± standard deviation; line: median; ◆ observed top; dots: trials. p: guided trials are better than those before.';

const ROW = 44;

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

  /** @param {import('../../wire.js').NarrowingAnswer} found */
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
    const context = frame.clear('back');
    const scale = scaleOf(this.groups, frame.box);
    drawBottomAxis(context, frame.box, scale.axis, {
      name: workbench.targetColumn.title,
      room: 70,
    });
    this.places = {
      x: new Float64Array(workbench.data.n).fill(NaN),
      y: new Float64Array(workbench.data.n).fill(NaN),
    };
    const { values } = workbench.targetColumn;
    this.groups.forEach((group, k) => {
      const y = frame.box.top + ROW * (k + 0.5);
      drawWords(context, frame.box, group, y);
      drawBatch(context, group.batch, scale.x, y);
      this.#rowsOf(group).forEach((row, i) => {
        this.places.x[row] = scale.x(values[row]);
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
