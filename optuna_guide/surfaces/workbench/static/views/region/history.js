/** What was applied before, by whom, and when. */

import { button, cut, element } from '../../shell/dom.js';
import { paramAxis } from '../../chart/scales.js';
import { time } from '../../shell/time.js';
import { describeRange, fromRegion } from './draft.js';

const MOST = 40;

/**
 * @param {import('../../wire.js').RegionEntryAnswer[]} entries newest first
 * @param {import('../../state/data.js').Data} data
 * @param {(draft: import('./draft.js').Draft) => void} edit
 */
export function drawHistory(entries, data, edit) {
  return element(
    'details',
    {},
    element('summary', { text: `History (${entries.length})` }),
    element(
      'ol',
      { class: 'history' },
      ...entries.slice(0, MOST).map((entry) =>
        element(
          'li',
          {},
          element('b', { text: kindOf(entry) }),
          entry.source === 'model' ? ` ${time(entry.at)}` : ` by ${describeAuthor(entry)}`,
          element('small', {
            class: 'block',
            title: entry.comment ?? '',
            text: cut(describeRegion(data, entry.region) || entry.comment || '', 90),
          }),
          Object.keys(entry.region).length > 0 &&
            button('edit', () => edit(fromRegion(entry.region)), {
              class: 'plain link',
              title: 'Take it as a draft',
            }),
        ),
      ),
    ),
  );
}

/** By whom and when. @param {{ author: string | null, at: string }} entry */
export function describeAuthor({ author, at }) {
  return `${author ? cut(author, 24) : 'hand'}, ${time(at)}`;
}

/** @param {import('../../wire.js').RegionEntryAnswer} entry */
function kindOf({ source, cleared, paused, restores }) {
  if (source === 'model') return 'model';
  if (restores != null) return restores ? `back to ${restores}` : 'back to the start';
  return cleared ? 'cleared' : paused ? 'paused' : 'applied';
}

/** @param {import('../../state/data.js').Data} data @param {Record<string, import('../../wire.js').RangeAnswer>} region */
function describeRegion(data, region) {
  return Object.entries(region ?? {})
    .map(([name, range]) => {
      const param = data.param(name);
      return `${cut(name, 20)}: ${param ? describeRange(paramAxis(param), range) : '?'}`;
    })
    .join('; ');
}
