// The page inside another page's frame: it tells how high it is, and slides let it play and pause.

/**
 * Posts `{ source: 'ordinal', type: 'height', height }` to the page around, in CSS pixels, now and
 * whenever it changes, and minds the messages `slide:start` and `slide:stop` of reveal.js. Returns
 * what ends it.
 */
export function converse(lab, root) {
  const observer = new ResizeObserver(() => {
    // What does not fit is scrolled inside of the root.
    const height = Math.ceil(root.scrollHeight);
    parent.postMessage({ source: 'ordinal', type: 'height', height }, '*');
  });
  observer.observe(root);
  if (root.firstElementChild) observer.observe(root.firstElementChild);
  const hear = ({ source, data }) => {
    if (source !== parent) return;
    if (data === 'slide:start') lab.play();
    if (data === 'slide:stop') lab.pause();
  };
  addEventListener('message', hear);
  return () => {
    observer.disconnect();
    removeEventListener('message', hear);
  };
}
