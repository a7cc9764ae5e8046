// What other sites show of a link: a page for each guided story and each story, with its title and what it is about. With the
// address of the site, also pictures (Open Graph) and frames (oEmbed), which need whole addresses.
// Usage: node social.mjs SITE PROGRAM [ADDRESS]
import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const [site, program, given = ''] = process.argv.slice(2);
const address = given && new URL(given.endsWith('/') ? given : `${given}/`);
if (address && !/^https?:$/.test(address.protocol)) throw new Error(`${given} is no address of a site`);

/** The size of pictures that sites expect, and of what is drawn: a part of the pixels, so that texts stay readable when small. */
const [WIDTH, HEIGHT, SCALE] = [1200, 630, 2];
/** The size of a frame. */
const FRAME = { width: 800, height: 700 };
const NAME = 'Ordinal';

const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
const meta = (entries) => Object.entries(entries).map(([key, value]) => `<meta ${key.startsWith('og:') ? 'property' : 'name'}="${key}" content="${escape(value)}">\n`).join('');
const whole = (path) => new URL(path, address).href;

const index = await readFile(join(site, 'index.html'), 'utf8');
const pages = [...(await lessons()), ...(await stories())];
for (const page of pages) await writeFile(join(site, `${page.path}.html`), documentOf(page));
const [, title] = /<title>(.*)<\/title>/.exec(index);
const [, about] = /<meta name="description" content="(.*)">/.exec(index);
const first = { path: '', title, about, picture: 'social.png', source: 'lessons/first-minute.lesson', moment: ['--ready', '3'] };
await writeFile(join(site, 'index.html'), index.replace('<link rel="icon"', () => `${head(first)}<link rel="icon"`));
if (address) {
  for (const page of pages) await writeFile(join(site, `${page.path}.oembed.json`), `${JSON.stringify(oembed(page), undefined, 2)}\n`);
  const left = [first, ...pages];
  const drawNext = async () => {
    for (let page = left.pop(); page; page = left.pop()) await draw(page);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, drawNext));
} else {
  console.log('Previews of links have no pictures: give the address of the site with --address.');
}

/** The guided stories, from their list. */
async function lessons() {
  const lines = (await readFile(join(site, 'lessons/index.txt'), 'utf8')).trim().split('\n');
  return lines.map((line) => {
    const [name, , , title, about] = line.split('\t');
    return { path: `lessons/${name}`, lab: `lesson="${name}"`, title, about, picture: `lessons/${name}.png`, source: `lessons/${name}.lesson`, moment: [] };
  });
}

/** The stories, each with the sentence at its beginning, without the numbers of what it shows. */
async function stories() {
  const names = (await readdir(join(site, 'stories'))).filter((name) => name.endsWith('.ordinal')).sort();
  return Promise.all(
    names.map(async (file) => {
      const text = await readFile(join(site, 'stories', file), 'utf8');
      const name = basename(file, '.ordinal');
      const about = /^# (.*)$/m.exec(text)[1].replace(/ \(S[\dS, ]+\)/, '');
      const [, sentence] = /^(.*?)[:.]/.exec(`${about}.`);
      return { path: `stories/${name}`, lab: `story="${name}"`, title: sentence, about, picture: `stories/${name}.png`, source: `stories/${file}`, moment: ['--at', '30s'] };
    }),
  );
}

/** What the head of a page says of it. */
function head({ path, title, about, picture }) {
  const page = path && `${path}.html`;
  const said = meta({ 'og:type': 'website', 'og:site_name': NAME, 'og:title': title, 'og:description': about });
  if (!address) return said;
  const links = [`<link rel="canonical" href="${whole(page)}">`];
  if (path) links.push(`<link rel="alternate" type="application/json+oembed" href="${whole(`${path}.oembed.json`)}" title="${escape(title)}">`);
  const more = { 'og:url': whole(page), 'og:image': whole(picture), 'og:image:width': `${WIDTH}`, 'og:image:height': `${HEIGHT}`, 'og:image:alt': about, 'twitter:card': 'summary_large_image' };
  return `${said}${meta(more)}${links.join('\n')}\n`;
}

/** The page of a story: the element with it, as the page of the site has it. */
function documentOf(page) {
  const [program] = index.match(/<script type="module"[^>]*><\/script>\n/);
  const files = index.match(/<link rel="(?:icon|stylesheet)"[^>]*>\n|<script [^>]* defer><\/script>\n/g).join('');
  const links = `${files}<template id="program">\n${program}</template>\n`.replace(/(href|src)="/g, '$1="../');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.title)} - ${NAME}</title>
<meta name="description" content="${escape(page.about)}">
<meta name="color-scheme" content="light dark">
${head(page)}${links}</head>
<body>
<ordinal-lab ${page.lab} linked>
<noscript>
<h1>${escape(page.title)}</h1>
<p>${escape(page.about)}</p>
<p>This page needs JavaScript and WebAssembly.</p>
</noscript>
</ordinal-lab>
</body>
</html>
`;
}

/** What a site needs to show a page of ours in a frame: https://oembed.com. */
function oembed({ path, title, picture }) {
  const { width, height } = FRAME;
  const src = whole(`${path}.html`);
  return {
    version: '1.0',
    type: 'rich',
    title,
    provider_name: NAME,
    provider_url: whole(''),
    thumbnail_url: whole(picture),
    thumbnail_width: WIDTH,
    thumbnail_height: HEIGHT,
    html: `<iframe src="${src}" title="${escape(title)}" width="${width}" height="${height}" style="border:0" loading="lazy"></iframe>`,
    width,
    height,
  };
}

async function draw({ source, moment, picture }) {
  const size = ['--width', `${WIDTH / SCALE}`, '--height', `${HEIGHT / SCALE}`, '--scale', `${SCALE}`];
  await promisify(execFile)(program, ['draw', join(site, source), ...moment, ...size, '-o', join(site, picture)]);
}
