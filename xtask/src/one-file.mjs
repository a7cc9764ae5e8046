// Packs a site into one file: its scripts in one, with all that they would ask for.
// Usage: node one-file.mjs SITE FILE
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const [site, out] = process.argv.slice(2);
// What no script asks for; .br and .gz are for servers.
const CODE = ['.html', '.css', '.js', '.br', '.gz'];
const text = (name) => readFile(join(site, name), 'utf8');

await packPage();

/** Writes the page in one file: its scripts in one, which bring along what they would ask for. */
async function packPage() {
  const names = ['index.html', 'ordinal.css', 'page.css', 'statements/index.html'];
  const [index, element, around, statements] = await Promise.all(names.map(text));
  const style = element + around;
  const script = await bundle();
  // What would end the script too early, or hide its end.
  if (/<\/script|<!--/i.test(script)) throw new Error('the script cannot stand in a document');
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}' 'wasm-unsafe-eval'`,
    `style-src '${hash(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const head = `<meta http-equiv="content-security-policy" content="${policy}">\n<style>${style}</style>\n`;
  const [, article] = /<article>([^]*)<\/article>/.exec(statements);
  const page = index
    .replace(/<link [^>]*>\n?/g, '')
    .replace(/<script [^>]*><\/script>\n/g, '')
    .replace(/<template id="program">\s*<\/template>\n/, '')
    .replace('<meta charset="utf-8">\n', (charset) => charset + head)
    .replace('</body>', () => `<section aria-label="What the page shows">${article}</section>\n<script type="module">${script}</script>\n</body>`);
  await writeFile(out, page);
}

async function bundle() {
  const entry = "import 'brought'; import './element.js';";
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: site },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    logLevel: 'warning',
    plugins: [{ name: 'brought', setup: bring }],
  });
  return outputFiles[0].text;
}

/** Lets esbuild import any file packed, as `packed:PATH`, and all that the scripts ask for, as `brought`. */
function bring({ onResolve, onLoad }) {
  onResolve({ filter: /^brought$/ }, ({ path }) => ({ path, namespace: 'brought' }));
  onLoad({ filter: /./, namespace: 'brought' }, async () => {
    const asked = ['ordinal_bg.wasm', 'ordinal_later.wasm', 'ordinal.css', 'schema.txt', 'examples.txt', 'share/picture.css', 'workshop/workshop.css', 'workshop/handout.css'].map((name) => [name, join(site, name)]);
    for (const entry of await readdir(site, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const isAsked = entry.isFile() && entry.parentPath !== join(site) && !CODE.includes(extname(path));
      if (isAsked) asked.push([relative(site, path), path]);
    }
    const imports = asked.map(([, path], at) => `import file${at} from ${JSON.stringify(`packed:${path}`)};`);
    const names = asked.map(([name], at) => `${JSON.stringify(name)}: file${at}`);
    const contents = `import { bring } from './files.js';\n${imports.join('\n')}\nbring({ ${names.join(', ')} });`;
    return { contents, resolveDir: site };
  });
  // In one file, what is beside a script in a folder is in that folder beside the file.
  onLoad({ filter: /\.js$/ }, async ({ path }) => {
    const folder = relative(site, dirname(path)).split(sep).join('/');
    if (!folder || folder.startsWith('..')) return undefined;
    const contents = (await readFile(path, 'utf8')).replace(/new URL\((["'`])\.\/(?=[^"'`]*\1, ?import\.meta\.url\))/g, `new URL($1./${folder}/`);
    return { contents, loader: 'js' };
  });
  onResolve({ filter: /^packed:/ }, ({ path }) => ({ path: path.slice('packed:'.length), namespace: 'packed' }));
  onLoad({ filter: /./, namespace: 'packed' }, async ({ path }) => {
    return { contents: gzipSync(await readFile(path), { level: 9 }), loader: 'binary' };
  });
}

/** What a policy calls an inline script or style. */
function hash(content) {
  return `sha256-${createHash('sha256').update(content).digest('base64')}`;
}
