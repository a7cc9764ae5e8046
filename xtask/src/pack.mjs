// Packs a site as an npm package: the element, with all that it loads and the page itself.
// Usage: node pack.mjs SITE FOLDER
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const [site, folder] = process.argv.slice(2);
const root = new URL('../../', import.meta.url);

await rm(folder, { recursive: true, force: true });
await cp(site, folder, { recursive: true, filter: (name) => !/\.(br|gz)$/.test(name) });
await cp(new URL('element/', root), folder, { recursive: true });
// Some bundlers, such as VitePress, treat a .css file that a script loads as a style of the site.
for (const [style, script] of [['ordinal.css', 'program.js'], ['share/picture.css', 'share/share.js'], ['workshop/workshop.css', 'workshop/dom.js'], ['workshop/handout.css', 'workshop/dom.js']]) {
  const name = `./${basename(style)}`;
  const content = await readFile(join(folder, script), 'utf8');
  if (!content.includes(name)) throw new Error(`${script} does not ask for ${name}`);
  await writeFile(join(folder, script), content.replace(name, `${name}.txt`));
  await cp(join(site, style), join(folder, `${style}.txt`));
}
for (const name of ['LICENSE-APACHE', 'LICENSE-MIT']) await cp(new URL(name, root), join(folder, name));
