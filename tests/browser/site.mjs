// Serves a folder under the strictest policy that the page promises to work with.
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const DIST = fileURLToPath(new URL('../../dist/', import.meta.url));
export const SITE = `${DIST}site/`;

/** The build of the site, with which its scripts ask for each other: by another address, a script would be another one. */
export const BUILD = /element\.js\?build=([0-9a-f]{12})"/.exec(readFileSync(`${SITE}index.html`, 'utf8'))[1];
export const ORDINAL_JS = `/ordinal.js?build=${BUILD}`;

const HEADERS = {
  'content-security-policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  'x-content-type-options': 'nosniff',
  'access-control-allow-origin': '*',
};

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

/** A page to put a frame on. */
const EMPTY = '<!doctype html><html lang="en"><title>Frame</title><link rel="icon" href="icon.svg"><body></body></html>';

/** A file, as it lies compressed beside itself if the browser takes it so. */
async function content(path, accepted = '') {
  for (const [name, extension] of [['br', 'br'], ['gzip', 'gz']]) {
    if (!accepted.includes(name)) continue;
    const body = await readFile(`${path}.${extension}`).catch(() => undefined);
    if (body) return { body, encoding: { 'content-encoding': name } };
  }
  return { body: await readFile(path) };
}

/**
 * Starts a server on a free port. `documents` maps paths to HTML that is in no file; `headers` are
 * sent on top of the usual ones; `types` maps endings to other types than usual; `holds` maps paths to promises that
 * the first answer waits for; `absent` maps paths to the number of times that they are not there; `stale` maps paths to
 * lists of other contents, for the first answers. `asked` lists the paths that were asked for. The server is disposed of by `close`, at
 * once and for good.
 */
export async function serveSite({ folder = SITE, documents = {}, headers = {}, holds = {}, absent = {}, stale = {}, types = {} } = {}) {
  const missing = { ...absent };
  const old = Object.fromEntries(Object.entries(stale).map(([name, contents]) => [name, [...contents]]));
  const asked = [];
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    asked.push(pathname);
    const path = normalize(join(folder, pathname.endsWith('/') ? `${pathname}index.html` : pathname));
    const hold = holds[pathname];
    delete holds[pathname];
    await hold;
    try {
      if (missing[pathname]-- > 0) throw new Error(pathname);
      if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) throw new Error(path);
      const inline = { '/frame.html': EMPTY, ...documents }[pathname];
      const type = inline ? TYPES['.html'] : ({ ...TYPES, ...types }[extname(path)] ?? 'text/plain; charset=utf-8');
      const given = inline ?? old[pathname]?.shift();
      const { body, encoding } = given ? { body: given } : await content(path, request.headers['accept-encoding']);
      response.writeHead(200, { ...HEADERS, 'content-type': type, ...encoding, ...headers }).end(body);
    } catch {
      response.writeHead(404, HEADERS).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    asked,
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      }),
  };
}
