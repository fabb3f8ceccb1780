/**
 * Adds the entry "Guide" to the drawer of optuna-dashboard.
 *
 * The entry is a copy of the one for "Note", so that it looks like the others in light and dark, with
 * the drawer open or closed. The dashboard draws its drawer anew when one navigates: the entry is put
 * back whenever it is missing. Where the drawer does not look as expected nothing happens.
 */
{
  const ID = 'optuna-guide-entry';
  const MODEL = '.MuiDrawer-root li[title="Note"]';
  const PARTS = ['a', '.MuiListItemIcon-root', '.MuiListItemText-root'];
  const STACK =
    'M12 2 2 7l10 5 10-5-10-5zm-7.6 9.2L2 12.4l10 5 10-5-2.4-1.2-7.6 3.8zm0 5L2 17.4l10 5 10-5-2.4-1.2-7.6 3.8z';

  /** @returns {string | null} id of the study that is shown */
  const study = () => location.pathname.match(/^\/dashboard\/studies\/(\d+)/)?.[1] ?? null;

  /** @param {Element} model @returns {HTMLElement} */
  const create = (model) => {
    const entry = /** @type {HTMLElement} */ (model.cloneNode(true));
    entry.id = ID;
    entry.title = 'Guide';
    const text = entry.querySelector('.MuiListItemText-root :is(span, p)');
    if (text !== null) text.textContent = 'Guide';
    const [path, ...others] = entry.querySelectorAll('svg path');
    path?.setAttribute('d', STACK);
    for (const other of others) other.remove();
    return entry;
  };

  /** The classes of its model, which change when the drawer opens, except that it is never chosen. */
  const follow = (/** @type {Element} */ entry, /** @type {Element} */ model) => {
    for (const part of PARTS) {
      const [from, to] = [model.querySelector(part), entry.querySelector(part)];
      if (from === null || to === null) continue;
      const wanted = from.className.replace(/\bMui-selected\b/g, '').trim();
      if (to.className !== wanted) to.className = wanted;
    }
  };

  const update = () => {
    const id = study();
    const model = document.querySelector(MODEL);
    let entry = document.getElementById(ID);
    if (id === null || model === null || model.querySelector('a') === null) {
      entry?.remove();
      return;
    }
    if (entry === null || entry.parentNode !== model.parentNode) {
      entry?.remove();
      entry = create(model);
      model.parentNode?.append(entry);
    }
    follow(entry, model);
    const href = `/guide/studies/${id}`;
    const link = /** @type {HTMLAnchorElement} */ (entry.querySelector('a'));
    if (link.getAttribute('href') !== href) link.setAttribute('href', href);
    link.removeAttribute('aria-current');
  };

  let due = 0;
  const soon = () => {
    if (due === 0)
      due = requestAnimationFrame(() => {
        due = 0;
        update();
      });
  };
  const seen = { childList: true, subtree: true, attributes: true, attributeFilter: ['class'] };
  new MutationObserver(soon).observe(document.getElementById('dashboard') ?? document.body, seen);
  soon();
}
