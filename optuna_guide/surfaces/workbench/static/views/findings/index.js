/** All findings with their numbers. */

import { element, replace } from '../../shell/dom.js';
import { waiting } from '../../shell/waiting.js';
import { askFindings, drawAtRest, drawFinding } from '../../state/findings.js';

export const title = 'All findings';
export const how =
  'The strongest first; a click selects the trials. q: p-value corrected for all that was tried (Holm).';

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('ol', { class: 'findings all' });
  list.append(element('li', { class: 'plain' }, waiting('Testing what stands out')));
  root.append(list);

  async function draw() {
    try {
      const { findings } = await askFindings(workbench);
      replace(list, ...findings.map((finding) => drawFinding(workbench, finding, true)));
      if (!findings.length)
        replace(
          list,
          element('li', {
            class: 'plain empty',
            text: 'Nothing stands out from chance and from the progress of the search itself; fewer than 20 complete trials are not tested.',
          }),
        );
    } catch (error) {
      replace(
        list,
        element('li', {
          class: 'plain empty',
          text: String(/** @type {Error} */ (error).message),
        }),
      );
    }
  }

  return { update: drawAtRest(workbench, draw) };
}
