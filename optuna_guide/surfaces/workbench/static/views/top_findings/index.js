/** The strongest findings, beside every tab. */

import { button, element, replace } from '../../shell/dom.js';
import { waiting } from '../../shell/waiting.js';
import { askFindings, drawAtRest, drawFinding } from '../../state/findings.js';

export const title = 'Findings';
export const how =
  'Tested, the strongest first; a click selects. What may be chance is left out.';

const MOST = 5;

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const list = element('ul', { class: 'findings' });
  list.append(element('li', { class: 'plain' }, waiting('Testing what stands out')));
  root.append(list);

  async function draw() {
    try {
      const { findings } = await askFindings(workbench);
      replace(
        list,
        ...findings.slice(0, MOST).map((finding) => drawFinding(workbench, finding, false)),
      );
      if (findings.length > MOST)
        list.append(
          element(
            'li',
            { class: 'plain' },
            button(`All ${findings.length}`, () => workbench.show('findings'), {
              class: 'plain link',
            }),
          ),
        );
      if (!findings.length)
        list.append(
          element('li', {
            class: 'plain mute',
            text: 'Nothing stands out from chance and from the progress of the search itself; fewer than 20 complete trials are not tested.',
          }),
        );
    } catch (error) {
      replace(
        list,
        element('li', { class: 'plain mute', text: String(/** @type {Error} */ (error).message) }),
      );
    }
  }

  return { update: drawAtRest(workbench, draw) };
}
