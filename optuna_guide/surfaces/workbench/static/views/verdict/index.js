/** The verdict: whether to trust it, what matters, what to try, whether to go on. */

import { element, replace } from '../../shell/dom.js';
import { missing } from '../../shell/missing.js';
import { number } from '../../chart/scales.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').VerdictAnswer} Verdict
 */

export const title = '';
export const how = '';
export const wide = true;

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  const strip = element('div', { class: 'strip' });
  root.append(strip);
  let asked = '';

  async function ask() {
    const question = questionOf(workbench);
    if (question === asked) return;
    asked = question;
    try {
      const found = await workbench.api.get('verdict', { target: workbench.asked });
      if (question === asked) draw(workbench, strip, found);
    } catch (error) {
      if (question !== asked) return;
      asked = '';
      const why = String(/** @type {Error} */ (error).message);
      replace(strip, element('p', { class: 'empty', text: why }));
    }
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (!['data', 'guidance', 'target'].some((change) => changes.has(change))) return;
      const isKnown = workbench.guidance || workbench.guidanceStatus.state === 'not_ready';
      if (isKnown && workbench.showGuidance) ask();
      else {
        asked = '';
        replace(strip, missing(workbench));
      }
    },
  };
}

/** What the verdict rests on. @param {Workbench} workbench */
function questionOf({ targetColumn, data, guidance, guidanceStatus }) {
  const known = guidance?.fitted_at ?? guidanceStatus.reason;
  return JSON.stringify([targetColumn.title, data.settled, data.counts(), known]);
}

/** @param {Workbench} workbench @param {HTMLElement} strip @param {Verdict} found */
function draw({ guidance }, strip, { parts, warning }) {
  const answers = parts.map(({ question, said, more }) =>
    element(
      'div',
      {},
      element('dt', { text: question }),
      element('dd', { class: 'said', text: said }),
      more && element('dd', { text: more }),
    ),
  );
  const foot = element(
    'p',
    {},
    warning && element('span', { class: 'warning', text: `▲ ${warning}` }),
    guidance && element('span', { text: knowledge(guidance) }),
  );
  replace(strip, element('dl', {}, ...answers), foot);
}

/** Which guidance it is, and what it knows. @param {import('../../wire.js').Guidance} guidance */
function knowledge({ version, n_trials: n, last_trial: last, seconds }) {
  const name = version > 0 ? `version ${version}` : `of ${n} trials`;
  return `Guidance ${name}, fitted up to trial ${last} in ${number(seconds, 2)} s`;
}
