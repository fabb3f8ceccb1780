/** Tested sentences about the trials; a click on one selects the trials that it speaks of. */

import { element } from '../shell/dom.js';
import { equals } from '../chart/scales.js';
import { paramKey } from './selection.js';

/**
 * @typedef {import('../wire.js').FindingAnswer} Finding
 * @typedef {{ findings: Finding[], answers: { question: string, sentence: string }[] }} Findings
 */

/** One question to the server for all views that show its answer. @type {{ key: string, answer: Promise<Findings> } | null} */
let asked = null;

/** @param {import('../shell/workbench.js').Workbench} workbench @returns {Promise<Findings>} */
export function askFindings(workbench) {
  const key = JSON.stringify([
    workbench.asked,
    workbench.order.length,
    workbench.guidance?.fitted_at,
    workbench.targetColumn.title,
  ]);
  if (asked?.key !== key) {
    asked = { key, answer: workbench.api.get('findings', { target: workbench.asked }) };
    asked.answer.catch(() => {
      asked = null;
    });
  }
  return asked.answer;
}

/**
 * Draw a list of findings when there are others, but not while somebody is at work among the trials:
 * then it stays as it is.
 *
 * @param {import('../shell/workbench.js').Workbench} workbench
 * @param {() => void} draw
 * @returns {(changes: Set<string>) => void} what hears of changes
 */
export function drawAtRest(workbench, draw) {
  let isKnown = false;
  let isBehind = false;
  return (changes) => {
    isBehind ||= ['data', 'guidance', 'target'].some((change) => changes.has(change));
    if (!isBehind || (isKnown && workbench.isBusy && !changes.has('target'))) return;
    [isKnown, isBehind] = [true, false];
    draw();
  };
}

/**
 * @param {import('../shell/workbench.js').Workbench} workbench
 * @param {Finding} finding
 * @param {boolean} withNumbers
 */
export function drawFinding(workbench, finding, withNumbers) {
  const names = Object.keys(finding.where).filter((name) => workbench.data.param(name));
  const select = () => {
    const brushes = new Map(names.map((name) => [paramKey(name), { ...finding.where[name] }]));
    workbench.select({ brushes, preset: null, picked: null }, 'finding');
    workbench.setFocus(names.slice(0, 2));
  };
  const facts = [
    `n = ${finding.n}`,
    finding.kind === 'untested'
      ? 'not tested'
      : finding.q_value !== null && `q ${equals(finding.q_value)}`,
  ]
    .filter(Boolean)
    .join(', ');
  return element(
    'li',
    {},
    names.length
      ? element('button', {
          type: 'button',
          class: 'plain finding',
          title: 'Select these trials',
          text: finding.sentence,
          on: { click: select },
        })
      : element('span', { text: finding.sentence }),
    withNumbers && element('small', { text: ` ${facts}` }),
  );
}
