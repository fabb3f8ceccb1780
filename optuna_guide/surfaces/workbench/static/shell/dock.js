/** What lies below every tab, at the bottom of the window: opened, shut, and made taller. */

import { button, element } from './dom.js';
import { recall, remember } from '../state/remembered.js';

const LEAST = 130; // pixels
const STEP = 40;

export class Dock {
  /** @param {HTMLElement} content */
  constructor(content) {
    this.height = Number(recall('dock-height', 0));
    this.grip = element('div', {
      class: 'grip',
      role: 'separator',
      tabindex: 0,
      'aria-orientation': 'horizontal',
      'aria-label': 'Height of the table',
      title: 'Drag, or press the up and down keys',
    });
    const shut = button('✕', () => this.set(false), {
      class: 'plain shut',
      'aria-label': 'Close the table',
    });
    const about = { class: 'dock', hidden: true, tabindex: -1 };
    this.node = element('div', about, this.grip, shut, content);
    /** Opens and shuts it; stands where trials are selected. */
    this.toggle = button('Table ', () => this.set(this.node.hidden), {
      class: 'quiet',
      'aria-expanded': 'false',
      title: 'The selected trials as a table (t)',
    });
    this.#listen();
  }

  /** As it was when the page was left. */
  start() {
    this.set(Boolean(recall('dock', false)));
  }

  /** @param {boolean} isOpen */
  set(isOpen) {
    const { node, toggle } = this;
    node.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
    toggle.setAttribute('aria-pressed', String(isOpen));
    document.documentElement.dataset.dock = isOpen ? 'open' : 'shut';
    remember('dock', isOpen);
    if (isOpen) this.#resize(this.height || node.offsetHeight);
  }

  /** @param {number} wanted */
  #resize(wanted) {
    this.height = Math.round(Math.min(Math.max(wanted, LEAST), window.innerHeight * 0.8));
    document.documentElement.style.setProperty('--dock', `${this.height}px`);
    this.grip.setAttribute('aria-valuenow', String(this.height));
  }

  #listen() {
    const { grip, node } = this;
    grip.addEventListener('pointerdown', (event) => {
      grip.setPointerCapture(event.pointerId);
      const bottom = event.clientY + node.offsetHeight;
      const move = (/** @type {PointerEvent} */ moved) => this.#resize(bottom - moved.clientY);
      grip.addEventListener('pointermove', move);
      const end = () => {
        grip.removeEventListener('pointermove', move);
        remember('dock-height', this.height);
      };
      grip.addEventListener('pointerup', end, { once: true });
    });
    grip.addEventListener('keydown', (event) => {
      const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      this.#resize(node.offsetHeight + by);
      remember('dock-height', this.height);
    });
    document.addEventListener('keydown', (event) => this.#press(event));
  }

  /** The letter t opens and shuts the table, and leads the keys into it. @param {KeyboardEvent} event */
  #press(event) {
    const { node } = this;
    const at = /** @type {HTMLElement} */ (event.target);
    const isTyped =
      at.matches?.('input, select, textarea') || document.querySelector('dialog[open]');
    if (event.key !== 't' || event.ctrlKey || event.metaKey || event.altKey || isTyped) return;
    this.set(node.hidden);
    /** @type {HTMLElement | null} */
    const table = node.querySelector('[role="grid"]');
    if (!node.hidden) (table ?? node).focus();
  }
}
