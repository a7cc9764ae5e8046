// The page inside another page's frame: it tells how high it is, and slides let it play and pause.

/** The height at which everything has room, in CSS pixels: beside the picture, and below it. */
const ROOMY = { beside: 640, below: 780 };

/**
 * Posts `{ source: 'ordinal', type: 'height', height }` to the page around, in CSS pixels, now and
 * whenever it changes, and minds the messages `slide:start` and `slide:stop` of reveal.js. Returns
 * what ends it.
 */
export function converse(lab, root) {
  const observer = new ResizeObserver(() => {
    // The page fits into any height; a frame that follows is as high as it should be.
    const roomy = root.clientWidth > 760 ? ROOMY.beside : ROOMY.below;
    const height = Math.max(roomy, Math.ceil(root.scrollHeight));
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
