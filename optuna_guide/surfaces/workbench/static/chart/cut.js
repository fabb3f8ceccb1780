/** Which values the models see as better than they are. */

import { element } from '../shell/dom.js';

/** Below or above what models expect; null where nothing is cut. @param {import('../shell/workbench.js').Workbench} workbench */
export function cutNote({ guidance, showGuidance }) {
  if (!guidance?.cut || !showGuidance) return null;
  return element('p', { class: 'mute small', text: guidance.cut });
}
