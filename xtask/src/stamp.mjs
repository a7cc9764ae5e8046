// Marks all scripts and modules of a site with their build, so that files of two versions never work together: caches may
// keep some files of the version before. Each file is requested with `?build=` and the build; each script refuses to run
// under the address of another build, and static/program.js checks the WebAssembly modules.
//
// Scripts that every element needs are put into those that import them, so that an element loads only element.js at first.
// Usage: node stamp.mjs SITE
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { build } from 'esbuild';

const [site] = process.argv.slice(2);
/** They keep no state, so there may be several of them. */
const INLINED = ['attributes.js', 'files.js', 'source.js', 'storage.js', 'words.js'];
/** Not a module: it has to run where modules are not loaded. */
const CLASSIC = ['start.js'];
/** What scripts ask for by an address that bundlers recognize. */
const ASSET = /new URL\((["'`])((?:\.\/)?[\w./-]+\.(?:wasm|css|txt))\1, ?import\.meta\.url\)/g;
/** Other files have addresses of their own that visitors may know. */
const STAMPED = ['.js', '.wasm', '.css', '.txt'];

const nameOf = (path) => relative(site, path).split(sep).join('/');
const isAtRoot = (name) => !name.includes('/');

const names = (await readdir(site, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => nameOf(join(entry.parentPath, entry.name)))
  .sort();
const all = createHash('sha256');
for (const name of names.filter((it) => STAMPED.includes(extname(it)))) all.update(`${name}\n`).update(await readFile(join(site, name)));
const BUILD = all.digest('hex').slice(0, 12);
const stamped = (address) => `${address}?build=${BUILD}`;

const scripts = names.filter((name) => name.endsWith('.js'));
await build({
  entryPoints: scripts.filter((name) => !CLASSIC.includes(name)).map((name) => join(site, name)),
  outdir: site,
  outbase: site,
  allowOverwrite: true,
  bundle: true,
  format: 'esm',
  minify: true,
  logLevel: 'warning',
  define: { 'globalThis.ordinalBuild': JSON.stringify(BUILD) },
  banner: { js: `if(/[?&]build=(?!${BUILD})/.test(import.meta.url))throw Object.assign(Error("A script of Ordinal belongs to another version. Reload the page."),{isMixed:!0});` },
  plugins: [{ name: 'stamp', setup }],
});
await build({ entryPoints: CLASSIC.map((name) => join(site, name)), outdir: site, allowOverwrite: true, minify: true, logLevel: 'warning' });
for (const name of names.filter((it) => it.endsWith('.wasm'))) await mark(join(site, name));
const index = join(site, 'index.html');
await writeFile(index, links(await readFile(index, 'utf8')));

function setup({ onResolve, onLoad }) {
  onResolve({ filter: /^\.\.?\// }, ({ path, importer, kind }) => {
    if (kind === 'entry-point') return undefined;
    const name = nameOf(resolve(dirname(importer), path));
    const isInlined = kind === 'import-statement' && INLINED.includes(name) && isAtRoot(nameOf(importer));
    return isInlined ? undefined : { path: stamped(path), external: true };
  });
  onLoad({ filter: /\.js$/ }, async ({ path }) => ({
    contents: (await readFile(path, 'utf8')).replace(ASSET, (_, quote, address) => `new URL(${quote}${stamped(address)}${quote}, import.meta.url)`),
    loader: 'js',
  }));
}

/** Writes the build into a section of a WebAssembly module. */
async function mark(path) {
  const text = (content) => Buffer.concat([Buffer.of(content.length), Buffer.from(content)]);
  const section = Buffer.concat([text('build'), Buffer.from(BUILD)]);
  await writeFile(path, Buffer.concat([await readFile(path), Buffer.of(0, section.length), section]));
}

/** The document, with the addresses as the scripts write them. Scripts that are in others are not loaded ahead. */
function links(document) {
  const inlined = new RegExp(`<link rel="modulepreload" href="(?:${INLINED.join('|').replaceAll('.', '\\.')})">\n`, 'g');
  return document.replace(inlined, '').replace(/(<(?:link|script) [^>]*(?:href|src)=")([\w./-]+\.(?:js|wasm|css))"/g, (_, before, address) => `${before}${stamped(address)}"`);
}
