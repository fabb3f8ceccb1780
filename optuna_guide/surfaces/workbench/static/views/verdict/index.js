/** The verdict: whether to trust it, what matters, what to try, whether to go on. */

import { element, replace } from '../../shell/dom.js';
import { missing } from '../../shell/missing.js';
import { drawCode } from '../region/actions.js';
import { actionsOf, showChecks } from './actions.js';
import { drawNext } from './next.js';

/**
 * @typedef {import('../../shell/workbench.js').Workbench} Workbench
 * @typedef {import('../../wire.js').VerdictAnswer} Verdict
 */

export const title = '';
export const how = '';

/**
 * @param {HTMLElement} root
 * @param {Workbench} workbench
 */
export function mount(root, workbench) {
  const strip = element('div', { class: 'strip' });
  const next = element('div', { class: 'state' });
  root.append(strip, next);
  let asked = '';
  /** @type {Verdict | null} */
  let known = null;

  async function ask() {
    const question = questionOf(workbench);
    if (question === asked) return;
    asked = question;
    if (!known) replace(strip, element('p', { class: 'empty', text: 'Looking at the trials …' }));
    const look = async (/** @type {import('../../state/api.js').Query} */ how) => {
      const found = await workbench.api.get('verdict', { target: workbench.asked, ...how });
      if (question !== asked) return true;
      known = found;
      draw(workbench, strip, found);
      return found.is_checked;
    };
    try {
      const isDone = !known && (await look({ soon: 1 })); // what is stored, and then what is
      if (!isDone) await look({});
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
      const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
      const { region, guidance, guidanceStatus, showGuidance } = workbench;
      if (has('region')) replace(next, region && drawNext(region.next));
      if (!has('data', 'guidance', 'target', 'region')) return;
      if (has('target')) known = null;
      const isKnown = guidance || guidanceStatus.state === 'not_ready';
      if (!isKnown || !showGuidance) {
        asked = '';
        known = null;
        replace(strip, missing(workbench));
      } else if (known && has('region')) draw(workbench, strip, known);
      if (isKnown && showGuidance) ask();
    },
  };
}

/** What the verdict rests on. @param {Workbench} workbench */
function questionOf({ targetColumn, data, guidance, guidanceStatus }) {
  const known = guidance?.fitted_at ?? guidanceStatus.reason;
  return JSON.stringify([targetColumn.title, data.settled, data.counts(), known]);
}

/** @param {Workbench} workbench @param {HTMLElement} strip @param {Verdict} found */
function draw(workbench, strip, { parts, warning }) {
  const code = element('div', {}, ...(workbench.data.n ? [] : drawFirstSteps(workbench)));
  const showCode = (/** @type {string} */ text) => replace(code, drawCode(text));
  const { trust } = workbench.guidance ?? {};
  const answers = parts.map(({ topic, question, said, more }) =>
    element(
      'div',
      { class: topic === 'trust' ? `trust ${trust?.state ?? 'closed'}` : topic },
      element('dt', { text: question }),
      element('dd', { class: 'said', text: said.replaceAll(' … ', '\u00a0…\u00a0').replaceAll(' %', '\u00a0%') }),
      element(
        'dd',
        {},
        more && `${more} `,
        ...actionsOf(workbench, topic, showCode).flatMap((node) => [node, ' ']),
      ),
    ),
  );
  const foot = warning && element('p', {}, element('span', { class: 'warning', text: `▲ ${warning}` }), showChecks(workbench));
  replace(strip, element('dl', {}, ...answers), foot, code);
}

/** How a study gets its first trials. @param {Workbench} workbench */
function drawFirstSteps({ data }) {
  const lines = [
    'import optuna',
    'from optuna_guide import GuideCallback',
    '',
    'storage = "..."  # the URL or the file that this page was started with',
    `study = optuna.load_study(study_name=${JSON.stringify(data.study.name)}, storage=storage)`,
    'study.optimize(objective, n_trials=100, callbacks=[GuideCallback()])',
  ];
  const words = 'Begin in Python, with an objective of your own; this page follows by itself:';
  return [element('p', { text: words }), drawCode(lines.join('\n'))];
}
