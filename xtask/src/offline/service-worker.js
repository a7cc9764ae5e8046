// Keeps all files of the site, so that it works offline. VERSION and FILES stand above: FILES has the SHA-256 hash of each file.
//
// Versions are never mixed. A version is kept as a whole, and only if each file is the one that its list names. A window gets
// all its files from the version of its document, also after a newer version has taken over for windows that open later.
const PREFIX = `ordinal ${registration.scope} `;
const CACHE = PREFIX + VERSION;
/** Which window was opened with which version: answers with its name, under addresses that are never fetched. */
const WINDOWS = `${registration.scope} windows`;
/** How many files are fetched at the same time. */
const AT_ONCE = 6;

const address = (name) => new URL(name, registration.scope).href;
const windowKey = (id) => address(`windows/${id}`);

addEventListener('install', (event) => event.waitUntil(install()));
addEventListener('activate', (event) => event.waitUntil(clean()));
addEventListener('message', ({ data }) => data === 'activate' && skipWaiting());
addEventListener('fetch', (event) => {
  const { method, url } = event.request;
  if (method === 'GET' && url.startsWith(registration.scope)) event.respondWith(answer(event));
});

async function install() {
  const cache = await caches.open(CACHE);
  const names = Object.keys(FILES);
  const fetchNext = async () => {
    for (let name = names.pop(); name !== undefined; name = names.pop()) await keep(cache, name);
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
}

/** Fetches a file and keeps it, if it is the one of this version. */
async function keep(cache, name) {
  const response = await fetch(address(name), { cache: 'no-cache' });
  const body = await response.arrayBuffer();
  const hash = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest('SHA-256', body))));
  if (!response.ok || hash !== FILES[name]) throw new Error(`${name} is not the file of this version`);
  const headers = new Headers(response.headers);
  // The body is kept as it was before it was compressed.
  for (const header of ['content-encoding', 'content-length']) headers.delete(header);
  // A fresh answer has not been redirected: browsers accept no other for a document.
  await cache.put(address(name), new Response(body, { headers }));
}

/** The name in FILES of what a request asks for; undefined if it is none of our files. */
function nameOf(url) {
  const name = url.slice(registration.scope.length).replace(/[?#].*/, '').replace(/(^|\/)index\.html$/, '$1');
  return name in FILES ? name : undefined;
}

async function answer({ request, clientId, resultingClientId }) {
  const isDocument = request.mode === 'navigate';
  if (isDocument) leaveIfGone();
  const cache = isDocument ? CACHE : await cacheOf(clientId);
  const name = nameOf(request.url);
  // What an older version has, this one may not know.
  const key = name === undefined ? request.url.replace(/[?#].*/, '') : address(name);
  const kept = await (await caches.open(cache)).match(key);
  if (!kept) return fetch(request);
  if (isDocument && resultingClientId) await (await caches.open(WINDOWS)).put(windowKey(resultingClientId), new Response(cache));
  return kept;
}

/** Where the files of a window are: in the version of its document. */
async function cacheOf(id) {
  const noted = id && (await (await caches.open(WINDOWS)).match(windowKey(id)));
  const cache = noted && (await noted.text());
  return cache && (await caches.has(cache)) ? cache : CACHE;
}

/** Deletes the versions that no open window uses. */
async function clean() {
  const windows = await caches.open(WINDOWS);
  const open = new Set((await clients.matchAll({ includeUncontrolled: true, type: 'window' })).map(({ id }) => windowKey(id)));
  const used = new Set([CACHE]);
  for (const request of await windows.keys()) {
    if (open.has(request.url)) used.add(await (await windows.match(request)).text());
    else await windows.delete(request);
  }
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && !used.has(name)) await caches.delete(name);
}

/** Where another program answers at this address now, the service worker goes. */
async function leaveIfGone() {
  const response = await fetch(address('service-worker.js'), { method: 'HEAD', cache: 'no-store' }).catch(() => undefined);
  if (response?.status === 404 || response?.status === 410) await registration.unregister();
}
