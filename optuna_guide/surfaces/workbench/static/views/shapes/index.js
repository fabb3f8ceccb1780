/** The EBM: what each parameter adds to the mean target, and what pairs add beyond. */

import { hiddenParams } from '../../chart/params.js';
import { element } from '../../shell/dom.js';
import { Pairs } from './pairs.js';
import { Terms } from './terms.js';

export const title = 'EBM shape functions';
export const how =
  'What a value adds to the mean target; drag to select. Blue: by the EBM, with its error over bags; dashed: by the forest; red: clearly worse, avoid; below: where trials went.';

/**
 * @param {HTMLElement} root
 * @param {import('../../shell/workbench.js').Workbench} workbench
 */
export function mount(root, workbench) {
  const terms = new Terms(root, workbench);
  const pairs = new Pairs(root, workbench);
  const foot = element('p', { class: 'foot' });
  root.append(foot);

  function draw() {
    foot.textContent = [hiddenParams(terms.draw()), workbench.guidance?.cut].filter(Boolean).join(' · ');
    foot.hidden = !foot.textContent;
    terms.drawSelected();
    terms.drawOver();
    pairs.draw();
  }

  terms.frame.onResize(draw);
  return {
    /** @param {Set<string>} changes */
    update(changes) {
      const has = (/** @type {string[]} */ ...names) => names.some((name) => changes.has(name));
      if (has('data', 'guidance', 'target', 'theme')) draw();
      else if (has('selection')) {
        terms.drawSelected();
        pairs.drawSelected();
      }
      if (has('hover', 'kept', 'selection')) {
        terms.drawOver();
        pairs.drawOver();
      }
    },
  };
}
