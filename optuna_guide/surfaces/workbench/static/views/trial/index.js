/** Everything of one trial, beside the tabs. */

import { button, element, replace } from '../../shell/dom.js';
import { curveCharts } from '../kept/curves.js';
import { artifactLists, attributeTables } from '../kept/more.js';
import { theme, tint } from '../../chart/colours.js';
import { drawAttributes, drawTimes } from './attributes.js';
import { drawFamily, drawOrigin } from './family.js';
import { drawNeighbours } from './neighbours.js';
import { drawParams } from './params.js';
import { drawHead, drawResults, resultsOf } from './results.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').DetailAnswer} Detail
 * @typedef {import('../../wire.js').ReportedAnswer} Reported
 * @typedef {import('../../wire.js').PredictionAnswer} Prediction
 * @typedef {import('../../wire.js').FamilyAnswer} Family
 * @typedef {{ detail: Detail | null, curves: Reported[], expected: Prediction | null,
 *   family: Family | null }} Told  what the server says of a trial; curves: its own, then those near
 */

export const title = '';
export const how = '';

const WAIT = 120; // ms of rest before the server is asked: keys run through many trials
/** @type {Told} */
const NOTHING = { detail: null, curves: [], expected: null, family: null };

/** @param {HTMLElement} root @param {Workbench} workbench */
export function mount(root, workbench) {
  return new OpenedTrial(root, workbench);
}

class OpenedTrial {
  /** @param {HTMLElement} root @param {Workbench} workbench */
  constructor(root, workbench) {
    this.workbench = workbench;
    this.row = -1;
    /** @type {Told} */
    this.told = NOTHING;
    /** @type {AbortController | null} */
    this.asking = null;
    this.wait = 0;
    this.node = element('div', {
      class: 'one-trial',
      role: 'region',
      tabindex: -1,
      'aria-label': 'One trial',
    });
    root.append(this.node);
  }

  /** @param {Set<string>} changes */
  update(changes) {
    const { workbench } = this;
    const isOther = workbench.opened !== this.row;
    if (workbench.opened < 0) {
      this.asking?.abort();
      this.row = -1;
      return;
    }
    const mayChange = changes.has('data') && workbench.opened >= workbench.data.settled;
    if (isOther) {
      this.row = workbench.opened;
      this.told = NOTHING;
      this.node.scrollTop = 0;
    }
    if (isOther || mayChange || changes.has('guidance')) this.#askSoon();
    const isNew = ['data', 'guidance', 'target', 'kept', 'theme'].some((c) => changes.has(c));
    if (isOther || isNew) this.#draw();
  }

  #askSoon() {
    clearTimeout(this.wait);
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    this.wait = window.setTimeout(() => this.#ask(signal), WAIT);
  }

  /** What is answered first is shown first; without models there are no neighbours. @param {AbortSignal} signal */
  async #ask(signal) {
    const { api, data, asked } = this.workbench;
    const trial = data.number[this.row];
    const take = (/** @type {Partial<Told>} */ part) => {
      if (signal.aborted) return;
      this.told = { ...this.told, ...part };
      this.#draw();
    };
    const params = JSON.stringify(
      Object.fromEntries(
        data.params.map(({ name, values }) => [
          name,
          Number.isNaN(values[this.row]) ? null : values[this.row],
        ]),
      ),
    );
    await Promise.allSettled([
      api
        .get('details', { trials: trial }, signal)
        .then(({ trials }) => take({ detail: trials[0] })),
      api
        .get('experiments/children', { trial, target: asked }, signal)
        .then((family) => take({ family })),
      api.get('predict', { target: asked, params, trial }, signal).then((found) => {
        if (found.state === 'ready') take({ expected: found });
      }),
    ]);
    if (signal.aborted) return;
    const near = neighboursOf(this.told, trial).map(({ number }) => number);
    const trials = [trial, ...near].join(',');
    await api.get('curves', { trials }, signal).then(take, (error) => {
      if (!signal.aborted) this.workbench.report(error);
    });
  }

  #draw() {
    const { workbench, row, told, node } = this;
    const trial = workbench.data.number[row];
    const near = neighboursOf(told, trial);
    const { detail } = told;
    const results = resultsOf(workbench, row).map(({ name }) => name);
    const close = button('✕', () => workbench.open(-1), {
      class: 'plain',
      'aria-label': 'Close the trial',
    });
    const at = node.scrollTop;
    replace(
      node,
      drawHead(workbench, row, close),
      drawResults(workbench, row, told.expected),
      detail && drawOrigin(workbench, detail),
      drawParams(workbench, row, near),
      drawNeighbours(workbench, row, near),
      ...this.#curves(near.length > 0),
      ...(detail
        ? Object.keys(detail.attributes).flatMap((name) => attributeTables([detail], name))
        : []),
      drawFamily(workbench, told.family),
      detail && drawAttributes(detail, told.curves[0], results),
      ...(detail ? artifactLists([detail]) : []),
      detail && drawTimes(detail),
    );
    node.scrollTop = at;
  }

  /** Its curves, and behind them those of its neighbours. @param {boolean} hasOthers */
  #curves(hasOthers) {
    const [own, ...others] = this.told.curves;
    if (!own) return [];
    const look = (/** @type {number} */ i) =>
      i < others.length ? { colour: theme().faint, width: 1 } : { colour: tint(0), width: 2.2 };
    const charts = curveCharts([...others, own], look).filter((chart) =>
      chart.querySelector('path[d^="M"]'),
    );
    if (charts.length && hasOthers)
      charts.push(element('p', { class: 'foot', text: 'Grey: its neighbours.' }));
    return charts;
  }
}

/** The nearest trials, without itself. @param {Told} told @param {number} trial */
function neighboursOf({ expected }, trial) {
  return (expected?.nearest ?? []).filter(({ number }) => number !== trial);
}
