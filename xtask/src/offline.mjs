// Makes a site installable, and able to work offline: a manifest, a service worker, and the script that registers it. Only the site's
// index page asks for them: not the element, `serve`, or `api`.
// Usage: node offline.mjs SITE
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { transform } from 'esbuild';

const [site] = process.argv.slice(2);
const part = (name) => readFile(new URL(`offline/${name}`, import.meta.url), 'utf8');
const minified = async (name, code) => writeFile(join(site, name), (await transform(code, { minify: true })).code);

await writeFile(join(site, 'manifest.json'), await part('manifest.json'));
await minified('offline.js', await part('offline.js'));
const index = await readFile(join(site, 'index.html'), 'utf8');
const script = '<script src="offline.js"></script>\n</template>';
const manifest = '<link rel="manifest" href="manifest.json">\n</head>';
await writeFile(join(site, 'index.html'), index.replace('</template>', () => script).replace('</head>', () => manifest));

// The index page is asked for by its folder, as servers may redirect its name.
const files = {};
for (const entry of await readdir(site, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  // Pictures and .oembed.json are for other sites.
  if (!entry.isFile() || ['.br', '.gz', '.png'].includes(extname(path)) || path.endsWith('.oembed.json') || entry.name === 'service-worker.js') continue;
  const name = relative(site, path).split(sep).join('/').replace(/(^|\/)index\.html$/, '$1');
  files[name] = createHash('sha256').update(await readFile(path)).digest('base64');
}
const sorted = Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));
const version = createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16);
const head = `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(sorted)};\n`;
await minified('service-worker.js', head + (await part('service-worker.js')));
