/** Questions about a study, each answered in one sentence. */

import { element, replace } from '../../shell/dom.js';
import { askFindings } from '../../state/findings.js';
import { waiting } from '../../shell/waiting.js';
import { missing } from '../../shell/missing.js';

export const title = 'Questions';
export const how =
  'What people ask of a study, answered from the guidance.';

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('dl', { class: 'answers' });
  list.append(element('dd', {}, waiting('Looking for answers')));
  root.append(list);

  async function draw() {
    try {
      const { answers } = await askFindings(workbench);
      replace(
        list,
        ...answers.flatMap(({ question, sentence }) => [
          element('dt', { text: question }),
          element('dd', { text: sentence }),
        ]),
      );
      if (!answers.length) replace(list, missing(workbench));
    } catch (error) {
      replace(
        list,
        element('dd', { class: 'empty', text: String(/** @type {Error} */ (error).message) }),
      );
    }
  }

  return {
    /** @param {Set<string>} changes */
    update(changes) {
      if (['data', 'guidance', 'target'].some((c) => changes.has(c))) draw();
    },
  };
}
