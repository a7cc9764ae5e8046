// Merges the scripts of a site that are always loaded together, so that a browser makes few requests: the element in
// element.js, the program in mount.js. The other files stay, for scripts that are loaded later, and export the same.
// Usage: node merge.mjs SITE
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Each merged file, and the files whose content moves there. */
const MERGED = {
  'element.js': ['attributes.js', 'files.js', 'source.js', 'storage.js', 'words.js'],
  'mount.js': ['failure.js', 'later.js', 'ordinal.js', 'program.js'],
};

const [site] = process.argv.slice(2);
const all = Object.entries(MERGED);
const made = await Promise.all(all.map(([into, parts]) => merge(into, parts)));
for (const [at, [into, parts]] of all.entries()) {
  await writeFile(join(site, into), made[at].text);
  for (const part of parts) await writeFile(join(site, part), await stub(part, into));
}
await writeFile(join(site, 'index.html'), await document());

/** A file with the content of its parts. Whatever else it imports stays outside, under the name of the file that has it. */
async function merge(into, parts) {
  const own = [into, ...parts];
  const outside = {
    name: 'outside',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\.\// }, ({ path, kind }) => {
        const name = basename(path);
        if (own.includes(name) && kind !== 'dynamic-import') return undefined;
        const [holder] = all.find(([, others]) => others.includes(name)) ?? [];
        return { path: holder ? `./${holder}` : path, external: true };
      }),
  };
  const contents = own.map((name) => `export * from './${name}';`).join('\n');
  const { outputFiles, metafile } = await build({
    stdin: { contents: contents + (await hasDefault(own)), resolveDir: site },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    minify: true,
    write: false,
    metafile: true,
    logLevel: 'warning',
    plugins: [outside],
  });
  const inputs = Object.keys(metafile.inputs).map((path) => basename(path));
  const missing = own.filter((name) => !inputs.includes(name));
  if (missing.length) throw new Error(`${into} lacks ${missing}`);
  return outputFiles[0];
}

/** The export of the default of a file that has one. */
async function hasDefault(names) {
  for (const name of names) {
    const code = await readFile(join(site, name), 'utf8');
    if (/\bas default\b|\bexport default\b/.test(code)) return `\nexport { default } from './${name}';`;
  }
  return '';
}

/** What is left of a file whose content has moved. */
async function stub(part, into) {
  const isDefault = (await hasDefault([part])) !== '';
  return `export*from"./${into}";${isDefault ? `export{default}from"./${into}";` : ''}\n`;
}

/** The page, which no longer asks for the files that are left. */
async function document() {
  const index = await readFile(join(site, 'index.html'), 'utf8');
  const left = all.flatMap(([, parts]) => parts);
  const links = left.map((name) => `<link rel="modulepreload" href="${name}">\n`);
  for (const link of links) if (!index.includes(link)) throw new Error(`index.html does not ask for ${link}`);
  return links.reduce((text, link) => text.replace(link, ''), index);
}
