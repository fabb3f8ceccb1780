/** What a region would keep of the trials there are. */

import { cut } from '../../shell/dom.js';
import { number, percent } from '../../chart/scales.js';
import { toRegion } from './draft.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('./draft.js').Draft} Draft
 */

const WAIT = 250; // ms of rest before the server is asked

/** Share, expectation and code of a draft, as the server sees it. @param {Workbench} workbench @param {Draft} draft */
export function askPreview(workbench, draft) {
  return workbench.api.get('region/preview', {
    region: JSON.stringify(toRegion(draft)),
    target: workbench.asked,
  });
}

export class Preview {
  /** @param {HTMLElement} node @param {Workbench} workbench */
  constructor(node, workbench) {
    this.node = node;
    this.workbench = workbench;
    this.timer = 0;
    /** What was asked last. @type {Draft | null} */
    this.draft = null;
  }

  /** @param {Draft} draft */
  show(draft) {
    clearTimeout(this.timer);
    this.draft = draft;
    this.node.textContent = draft.size
      ? 'Counting the trials in these ranges …'
      : 'No range is set: every trial counts.';
    if (draft.size) this.timer = window.setTimeout(() => this.#ask(draft), WAIT);
  }

  /** @param {Draft} draft */
  async #ask(draft) {
    const words = await askPreview(this.workbench, draft).then(
      (answer) =>
        [describe(answer, this.workbench, draft.size), this.workbench.guidance?.cut]
          .filter(Boolean)
          .join(' '),
      (error) => String(error.message),
    );
    if (draft === this.draft) this.node.textContent = words;
  }
}

/**
 * @param {import('../../wire.js').Reads['region/preview']} answer
 * @param {Workbench} workbench
 * @param {number} nRanges
 */
function describe(answer, { data, targetColumn }, nRanges) {
  if (answer.state !== 'ready') return answer.reason;
  const { n, n_inside: kept, top_share, median, expected, everywhere } = answer;
  const reached = median === null ? '' : ` (median ${cut(targetColumn.title, 44)} ${number(median)})`;
  const others = nRanges < data.params.length ? ', whatever their other parameters,' : '';
  const foretold =
    expected === null
      ? ''
      : ` New trials drawn evenly from these ranges${others} should reach ${number(expected)} on ` +
        `average; from everywhere, ${number(everywhere)}.`;
  return (
    `Of the ${n} trials with a value, ${kept} lie in these ranges${reached}, ` +
    `with ${percent(top_share)} of their top tenth.${foretold}`
  );
}
