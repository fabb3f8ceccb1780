/** plotly.js, loaded when the first chart needs it. */

/** @type {Promise<any> | null} */
let loading = null;

/**
 * The global Plotly.
 *
 * @returns {Promise<any>}
 */
export function plotly() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const version = document.querySelector('meta[name="guide-version"]')?.getAttribute('content');
    script.src = `/guide/static/plotly.min.js?v=${encodeURIComponent(version ?? '')}`;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error('plotly.js could not be loaded: is the server running?'));
    };
    document.head.append(script);
  });
  return loading;
}
