/** Above a card: its title, one line how to read it, and a "?" that opens the rest. */

import { button, element } from './dom.js';

/** What is better on a light page, as a caption says it. */
const DARKER = 'darker = better';

/** @param {string} title @param {string} how its first sentence is always shown */
export function buildCaption(title, how) {
  const [first, rest] = splitCaption(how);
  const more = element('p', { class: 'how more', hidden: true }, ...withShades(rest));
  const open = () => {
    more.hidden = !more.hidden;
    why.setAttribute('aria-expanded', String(!more.hidden));
  };
  const why = button('?', open, {
    class: 'why',
    'aria-expanded': 'false',
    'aria-label': `How to read ${title}`,
    title: rest,
  });
  const line = element('p', { class: 'how' }, ...withShades(first));
  const head = element('h2', { text: title });
  return element('div', { class: 'caption' }, head, rest && why, line, more);
}

/** The first sentence without its full stop, and the rest. @param {string} how */
export function splitCaption(how) {
  const end = how.search(/[.?!](?= |$)/);
  return [how.slice(0, end), how.slice(end + 1).trim()];
}

/** On a dark page what is brighter is better. @param {string} words */
function withShades(words) {
  return words
    .split(DARKER)
    .flatMap((part, i) =>
      i
        ? [
            element('span', { class: 'on-light', text: DARKER }),
            element('span', { class: 'on-dark', text: 'brighter = better' }),
            part,
          ]
        : [part],
    );
}
