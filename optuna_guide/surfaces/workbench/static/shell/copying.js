/** How far the trials of a follow-up study are copied; only loaded while they are. */

import { onServer } from '../state/http.js';

const SOON = 1000; // ms

const api = onServer(window.location.pathname.match(/studies\/(\d+)/)?.[1] ?? '0');
const note = document.createElement('p');
note.className = 'copying';
note.setAttribute('role', 'status');
document.body.append(note);
look();

async function look() {
  try {
    const { copying } = await api.get('copying');
    if (copying === null) {
      note.remove();
      return;
    }
    if (copying.error !== null) {
      note.textContent = `This study is not complete. ${copying.error}`;
      return;
    }
    const [done, all] = [copying.n_copied, copying.n].map((n) => n.toLocaleString('en'));
    note.textContent = `Copying the trials inside the region: ${done} of ${all}`;
  } catch {
    note.remove(); // the page itself says that the study is gone, or the server
    return;
  }
  setTimeout(look, SOON);
}
