/** Cards with views, which are loaded when first seen and updated only while they are seen. */

import { costsOf } from '../chart/costs.js';
import { buildCaption } from './caption.js';
import { element, replace } from './dom.js';
import { FIRST, LOOKS, NEEDS, SUGGESTING, WITHOUT_TRIALS } from '../views/index.js';
import { GUIDED } from '../rules.js';

/** @typedef {{ title: string, how: string, mount: (root: HTMLElement,
 *   workbench: import('./workbench.js').Workbench) => import('./workbench.js').View }} ViewModule */
/** @typedef {(name: string) => Promise<ViewModule>} Load */

const EVERYTHING = [
  'data',
  'guidance',
  'target',
  'selection',
  'hover',
  'kept',
  'region',
  'theme',
  'focus',
  'pair',
  'estimates',
  'wish',
  'opened',
];
const AHEAD = '200px'; // a view is drawn a little before it scrolls into sight

/** One card: a view that is mounted when it first comes into sight. */
class Slot {
  /**
   * @param {string} name
   * @param {import('./workbench.js').Workbench} workbench
   * @param {Load} load
   */
  constructor(name, workbench, load) {
    this.workbench = workbench;
    this.load = load;
    this.name = name;
    this.body = element('div', { class: 'body' });
    const look = `card unseen ${LOOKS[name] ?? ''}`;
    this.card = element('section', { class: look, id: `view-${name}` }, this.body);
    /** @type {import('./workbench.js').View | null} */
    this.view = null;
    this.isSeen = false;
    /** @type {Set<string>} */
    this.missed = new Set();
    /** @type {Promise<void> | null} */
    this.loading = null;
    this.#offer();
  }

  /** @param {boolean} isSeen */
  setSeen(isSeen) {
    this.isSeen = isSeen;
    if (!isSeen) return;
    this.loading ??= this.#load();
    this.#update();
  }

  /** @param {Set<string>} changes */
  hear(changes) {
    for (const change of changes) this.missed.add(change);
    this.#offer();
    if (this.isSeen) this.#update();
  }

  /** Leave out what has nothing to show. */
  #offer() {
    const { data, guidance, guidanceStatus, showGuidance } = this.workbench;
    const need = NEEDS[this.name];
    const has = {
      guidance: () => guidance !== null || guidanceStatus.state !== 'not_ready',
      costs: () => costsOf(this.workbench).length > 0,
      guided: () => GUIDED.some((label) => data.decision.labels.includes(label)),
    };
    const isEmpty = !data.n && !WITHOUT_TRIALS.includes(this.name);
    const isOff = SUGGESTING.includes(this.name) && !showGuidance;
    this.card.hidden = isEmpty || isOff || Boolean(need && !has[need]());
  }

  async #load() {
    try {
      const module = await this.load(this.name);
      if (!FIRST.includes(this.name)) await this.workbench.whole;
      this.card.classList.remove('unseen');
      if (module.title) {
        this.card.prepend(buildCaption(module.title, module.how));
      }
      this.view = module.mount(this.body, this.workbench);
      this.missed = new Set(EVERYTHING);
    } catch (error) {
      this.#fail(error);
    }
    this.#update();
  }

  #update() {
    if (!this.view || !this.missed.size) return;
    const changes = this.missed;
    this.missed = new Set();
    try {
      this.view.update(changes);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** One broken view does not break the page. @param {unknown} error */
  #fail(error) {
    console.error(error);
    this.view = null;
    replace(this.body, element('p', { class: 'empty', text: `This view failed: ${error}` }));
  }
}

/**
 * Returns what places a view in a card of its own.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {Load} load
 */
export function watchSlots(workbench, load) {
  /** @type {Map<Element, Slot>} */
  const slots = new Map();
  const sight = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) slots.get(entry.target)?.setSeen(entry.isIntersecting);
    },
    { rootMargin: AHEAD },
  );
  workbench.subscribe((changes) => {
    for (const slot of slots.values()) slot.hear(changes);
  });
  return (/** @type {string} */ name) => {
    const slot = new Slot(name, workbench, load);
    slots.set(slot.card, slot);
    sight.observe(slot.card);
    return slot.card;
  };
}
