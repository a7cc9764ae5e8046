// What the page asks the API server of a real cluster: GET requests to the origin of the page, and nothing else. The
// program decides what is asked for, and when.

/** How often the parts of an answer that keeps coming are told, in milliseconds. */
const TOLD_MS = 250;
/** What follows a part of an answer. */
const MORE = 0;
const COMPLETE = 1;
const BROKEN = 2;

/**
 * Prepares to ask. `tell` gets the number of a request, the HTTP status, the time of the server in seconds, a part of the
 * text, and what follows it; the number is 0 when the time has come that `wake` asked for.
 */
export function observe(tell) {
  const open = new Map();
  let timer;
  let isClosed = false;

  async function get(id, path) {
    const abort = new AbortController();
    open.set(id, abort);
    let [status, date, text, due] = [0, 0, ''];
    const say = (follows) => {
      clearTimeout(due);
      due = undefined;
      const part = text;
      text = '';
      if (open.get(id) !== abort) return;
      if (follows !== MORE) open.delete(id);
      tell(id, status, date, part, follows);
      date = 0;
    };
    try {
      const url = new URL(path, location.origin);
      if (url.origin !== location.origin) throw new TypeError(`${url} is elsewhere`);
      const response = await fetch(url, { signal: abort.signal, cache: 'no-store', redirect: 'error', headers: { accept: 'application/json' } });
      status = response.status;
      date = Date.parse(response.headers.get('date')) / 1000 || 0;
      say(MORE);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (let step = await reader.read(); !step.done; step = await reader.read()) {
        text += decoder.decode(step.value, { stream: true });
        due ??= setTimeout(say, TOLD_MS, MORE);
      }
      say(COMPLETE);
    } catch {
      say(BROKEN);
    }
  }

  const abort = (id) => {
    open.get(id)?.abort();
    open.delete(id);
  };
  return {
    get: (path, id) => void (isClosed || get(id, path)),
    abort: (_, id) => abort(id),
    wake: (_, ms) => {
      clearTimeout(timer);
      timer = setTimeout(() => tell(0, 0, 0, '', MORE), ms);
    },
    close: () => {
      clearTimeout(timer);
      for (const id of [...open.keys()]) abort(id);
    },
    end() {
      isClosed = true;
      this.close();
    },
  };
}
