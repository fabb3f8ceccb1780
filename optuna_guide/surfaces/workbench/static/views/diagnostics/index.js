/** Does the search go wrong: each check is a number against a threshold, and what to change. */

import { element, replace } from '../../shell/dom.js';
import { waiting } from '../../shell/waiting.js';
import { number } from '../../chart/scales.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').CheckAnswer} Check
 */

const SIGNS = { flagged: '▲', well: '✓', unknown: '–' };

export const title = 'Sampler diagnostics';
export const how =
  '▲ change something, ✓ well, – not checked. The bar is what was measured, the tick the threshold.';

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('ul', { class: 'checks', tabindex: 0, 'aria-label': 'Checks of the search' });
  list.append(element('li', { class: 'empty' }, waiting('Checking the search')));
  root.append(list);
  let asked = '';
  let drawn = '';

  async function ask() {
    const { name: target, title } = workbench.targetColumn;
    const { data } = workbench;
    const question = JSON.stringify([title, data.settled, data.counts()]);
    if (question === asked) return;
    asked = question;
    try {
      const { checks } = await workbench.api.get('diagnostics', { target });
      const answer = JSON.stringify(checks);
      if (question !== asked || answer === drawn) return;
      drawn = answer;
      if (checks.length) replace(list, ...checks.map(draw));
      else replace(list, element('li', { class: 'empty', text: 'There is no trial to check.' }));
    } catch (error) {
      asked = '';
      const why = String(/** @type {Error} */ (error).message);
      if (!drawn) replace(list, element('li', { class: 'empty', text: why }));
    }
  }

  return {
    update: (/** @type {Set<string>} */ changes) => {
      if (changes.has('data') || changes.has('target')) ask();
    },
  };
}

/** @param {Check} check */
function draw(check) {
  const isMeasured = check.number !== null;
  const words = isMeasured
    ? `${number(check.number ?? NaN, 2)}, threshold ${number(check.threshold, 2)}: ${check.reason}.`
    : `${check.reason}.`;
  const about = `${words} Of ${check.counted}.`;
  return element(
    'li',
    { class: check.state, title: about },
    element('span', {
      class: 'check-sign',
      text: SIGNS[check.state],
      'aria-label': check.state,
    }),
    element(
      'div',
      {},
      element('b', { text: check.name }),
      isMeasured ? gauge(check) : null,
      element('p', { text: check.sentence }),
    ),
  );
}

/** @param {Check} check */
function gauge({ number: measured, threshold, state }) {
  const most = Math.max(Math.abs(measured ?? 0), Math.abs(threshold), 1e-12) * 1.25;
  const bar = element('i', { class: state === 'flagged' ? 'bar flagged' : 'bar' });
  bar.style.width = `${(100 * Math.abs(measured ?? 0)) / most}%`;
  const tick = element('i', { class: 'tick' });
  tick.style.left = `${(100 * Math.abs(threshold)) / most}%`;
  return element('span', { class: 'gauge' }, bar, tick);
}
