// The page inside another page's frame. docs/embedding.md describes the messages, and frame.d.ts types them.
import { naturalHeight } from './guest.js';

/** The events that are told; `ordinal-event` only to whom asked for it. */
const EVENTS = ['ready', 'play', 'pause', 'timeupdate', 'ended', 'error', 'lesson-step', 'answered'];
const METHODS = ['play', 'pause', 'seek', 'step', 'run', 'apply', 'state'];

/** Collects the messages to this page from now on. Returns what takes them over, and what is said from then on. */
export function converse(lab, root, pictureHeight, inbox) {
  // Who may talk to this page, if its address says so.
  const origin = new URLSearchParams(location.search).get('origin') ?? '*';
  const post = (message) => parent.postMessage({ source: 'ordinal', ...message }, origin);
  let height = 0;
  const measure = () => {
    const wanted = Math.max(naturalHeight(root, pictureHeight), root.scrollHeight > root.clientHeight ? root.scrollHeight : 0);
    if (!wanted || Math.abs(wanted - height) < 3) return;
    height = wanted;
    post({ type: 'height', height });
  };
  const observer = new ResizeObserver(measure);
  observer.observe(root);
  const tell = (event) => {
    if (['ready', 'lesson-step'].includes(event.type)) measure();
    const { paused, currentTime, duration } = lab;
    post({ type: 'event', name: event.type, detail: event.detail, paused, currentTime, duration });
  };
  for (const name of EVENTS) lab.addEventListener(name, tell);
  const answer = async ({ id, method, args = [] }) => {
    if (method === 'subscribe') return args.forEach((name) => name === 'ordinal-event' && lab.addEventListener(name, tell));
    if (method === 'set') return void lab.setAttribute(String(args[0]), String(args[1]));
    const asked = METHODS.includes(method) ? lab[method](...args) : Promise.reject(new Error(`"${method}" is not a method`));
    const reply = await asked.then(
      (value) => ({ value }),
      (error) => ({ error: error.message }),
    );
    if (id !== undefined) post({ type: 'reply', id, ...reply });
  };
  const hear = ({ source, origin: from, data }) => {
    if (source !== parent || (origin !== '*' && from !== origin)) return;
    if (data === 'slide:start') lab.play();
    else if (data === 'slide:stop') lab.pause();
    else if (data?.target === 'ordinal') answer(data);
  };
  inbox.hand(hear);
  return () => {
    observer.disconnect();
    for (const name of [...EVENTS, 'ordinal-event']) lab.removeEventListener(name, tell);
  };
}
