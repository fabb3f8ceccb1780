/** What nobody would choose, such as the data set: it is named here, set, cleared, or found again. */

import { button, cut, element, replace } from './dom.js';
import { fetchTrials } from '../state/trials.js';

/** @typedef {import('./workbench.js').Workbench} Workbench */

/** @type {[string, string][]} */
const WAYS = [
  ['', 'as fits the values'],
  ['ranks', 'ranks within it'],
  ['min-max', 'from 0, the lowest, to 1'],
  ['centred', 'minus its median'],
];
const MOST = 40; // names that are offered

/** @param {Workbench} workbench */
export function buildContext(workbench) {
  const node = element('details', { class: 'filters context' });
  document.addEventListener('pointerdown', (event) => {
    if (node.open && !node.contains(/** @type {Node} */ (event.target))) node.open = false;
  });
  return {
    node,
    /** @param {Set<string>} changes */
    update(changes) {
      if (changes.has('data') && !(node.open && node.contains(document.activeElement)))
        draw(workbench, node);
    },
  };
}

/** @param {Workbench} workbench @param {HTMLDetailsElement} node */
function draw(workbench, node) {
  const { names, chosen } = workbench.data.contexts;
  const words = names.map((name) => cut(name, 18)).join(', ');
  const found = chosen ? 'set by a person' : 'found by name and values';
  const title = names.length
    ? `${names.join(', ')}: ${found}. It is no parameter to the models, and never advised.`
    : 'What nobody would choose, such as the data set, the fold or the seed';
  const summary = element(
    'summary',
    { class: 'pill', title },
    words ? `context: ${cut(words, 30)}` : 'context',
  );
  const form = workbench.api.readOnly
    ? element('p', { class: 'mute', text: title })
    : buildForm(workbench, node);
  replace(node, summary, element('div', { class: 'popover' }, form));
}

/** @param {Workbench} workbench @param {HTMLDetailsElement} node */
function buildForm(workbench, node) {
  const { data } = workbench;
  const boxes = candidates(workbench).map((name) => {
    const box = element('input', { type: 'checkbox', value: name });
    box.checked = data.contexts.names.includes(name);
    return { name, box };
  });
  const how = element(
    'select',
    { 'aria-label': 'How values are given within the context' },
    ...WAYS.map(([value, text]) => element('option', { value, text })),
  );
  how.value = data.contexts.how ?? '';
  const send = async (/** @type {string[] | null} */ names) => {
    node.open = false;
    try {
      const way = names?.length ? how.value || null : null;
      await workbench.api.post('context', { names, how: way });
      workbench.setData(await fetchTrials(workbench.api));
    } catch (error) {
      workbench.report(error);
    }
  };
  const set = () => send(boxes.filter(({ box }) => box.checked).map(({ name }) => name));
  return element(
    'fieldset',
    { class: 'wide' },
    element('legend', { text: 'What nobody would choose' }),
    ...boxes.map(({ name, box }) => element('label', { title: name }, box, cut(name, 30))),
    element('label', {}, 'values ', how),
    element(
      'div',
      { class: 'limit' },
      button('Set for everybody', set),
      button('Find it again', () => send(null), { class: 'quiet' }),
    ),
  );
}

/** Names that may be a context, those that are one first. @param {Workbench} workbench */
function candidates({ data }) {
  const attributes = data.targets.filter(({ kind }) => kind === 'attribute');
  const others = [...data.params, ...data.labels, ...attributes].map(({ name }) => name);
  return [...new Set([...data.contexts.names, ...others])].slice(0, MOST);
}
