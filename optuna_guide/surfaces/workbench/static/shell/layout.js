/** Tabs, cards, and views that are loaded when first shown and updated only while they are seen. */

import { buildCaption } from './caption.js';
import { element, replace } from './dom.js';
import { Dock } from './dock.js';
import { ASIDE, BELOW, NEEDS, OPENED, TABS } from '../views/index.js';

/** @typedef {{ title: string, how: string, wide?: boolean, half?: boolean, bare?: boolean, mount: (root: HTMLElement,
 *   workbench: import('./workbench.js').Workbench) => import('./workbench.js').View }} ViewModule */

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
const SETTLED = 3000; // ms after which views have their height
const AHEAD = '200px'; // a view is drawn a little before it scrolls into sight

/** One card: a view that is mounted when it first comes into sight. */
class Slot {
  /** @param {string} name @param {import('./workbench.js').Workbench} workbench */
  constructor(name, workbench) {
    this.workbench = workbench;
    this.name = name;
    this.body = element('div', { class: 'body' });
    this.card = element('section', { class: 'card', id: `view-${name}` }, this.body);
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
    const { data, guidance, guidanceStatus } = this.workbench;
    const need = NEEDS[this.name];
    const lacks = { trials: !data.n, guidance: !guidance && guidanceStatus.state === 'not_ready' };
    this.card.hidden = Boolean(need) && (lacks.trials || lacks[need]);
  }

  async #load() {
    try {
      /** @type {ViewModule} */
      const module = await import(`../views/${this.name}/index.js`);
      this.card.classList.toggle('wide', Boolean(module.wide));
      this.card.classList.toggle('half', Boolean(module.half));
      this.card.classList.toggle('bare', Boolean(module.bare));
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
 * Build the tabs; returns the elements and the way to open a tab.
 *
 * @param {import('./workbench.js').Workbench} workbench
 * @param {(tab: string) => void} onTab
 */
export function buildLayout(workbench, onTab) {
  const place = watchSlots(workbench);
  /** @type {Map<string, HTMLElement>} */
  const pages = new Map();
  const stage = element('div', { class: 'stage' });
  const aside = element(
    'aside',
    { 'aria-label': 'Region, findings, kept trials' },
    ...ASIDE.map(place),
  );
  const dock = new Dock(place(BELOW));
  const trial = element('aside', { class: 'trial', hidden: true }, place(OPENED));
  workbench.subscribe((changes) => {
    if (!changes.has('opened')) return;
    trial.hidden = workbench.opened < 0;
    trial.style.top = `${bar.parentElement?.getBoundingClientRect().bottom ?? 0}px`;
  });
  const tabs = buildTabs((tab) => open(tab));
  const bar = element(
    'div',
    {
      class: 'tabs',
      role: 'tablist',
      on: { keydown: (/** @type {KeyboardEvent} */ e) => step(tabs, e) },
    },
    ...tabs,
  );

  /** @param {string} tab */
  function open(tab) {
    const name = tab in TABS ? tab : Object.keys(TABS)[0];
    for (const node of tabs) {
      const isOpen = node.textContent === name;
      node.setAttribute('aria-selected', String(isOpen));
      node.tabIndex = isOpen ? 0 : -1;
    }
    if (!pages.has(name)) {
      const page = element('div', {
        class: 'grid',
        role: 'tabpanel',
        'aria-labelledby': `tab-${name}`,
      });
      pages.set(name, page);
      stage.append(page);
      page.append(...TABS[name].map(place));
    }
    for (const [other, page] of pages) page.hidden = other !== name;
    onTab(name);
  }

  /** Open the tab of a view and scroll to it. @param {string} name */
  function show(name) {
    const tab = Object.keys(TABS).find((key) => TABS[key].includes(name));
    if (name === BELOW) dock.set(true);
    if (tab) open(tab);
    scrollTo(name, stage);
  }

  return { bar, main: element('main', {}, stage, aside), dock, trial, open, show };
}

/** @param {(tab: string) => void} open */
function buildTabs(open) {
  return Object.keys(TABS).map((tab) =>
    element('button', {
      type: 'button',
      role: 'tab',
      text: tab,
      id: `tab-${tab}`,
      on: { click: () => open(tab) },
    }),
  );
}

/** The arrow keys lead from tab to tab. @param {HTMLElement[]} tabs @param {KeyboardEvent} event */
function step(tabs, event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const at = tabs.findIndex((tab) => tab === document.activeElement);
  if (by === undefined || at < 0) return;
  const next = tabs[(at + by + tabs.length) % tabs.length];
  next.focus();
  next.click();
}

/**
 * Scroll to a view, and stay there: views above are mounted on the way, and push it down.
 * @param {string} name
 * @param {HTMLElement} stage
 */
function scrollTo(name, stage) {
  const card = document.getElementById(`view-${name}`);
  card?.scrollIntoView({ block: 'start' });
  const growth = new ResizeObserver(() => card?.scrollIntoView({ block: 'start' }));
  growth.observe(stage);
  const stop = () => growth.disconnect();
  setTimeout(stop, SETTLED);
  for (const event of ['wheel', 'pointerdown', 'keydown'])
    window.addEventListener(event, stop, { once: true });
}

/** Returns what places a view in a card of its own. @param {import('./workbench.js').Workbench} workbench */
function watchSlots(workbench) {
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
    const slot = new Slot(name, workbench);
    slots.set(slot.card, slot);
    sight.observe(slot.card);
    return slot.card;
  };
}
