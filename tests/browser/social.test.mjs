// What other sites show of a link: titles, pictures and frames.
import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { labTest, textOf, until, whenReady } from './lab.mjs';
import { SITE, serveSite } from './site.mjs';

/** Where the site claims to be: `cargo xtask test` says so. */
const ADDRESS = 'https://ordinal.example/';
const FIRST = ['index.html', 'Ordinal: watch, break, and rewind a Kubernetes StatefulSet', 'social.png'];
const QUORUM = ['lessons/quorum.html', 'Waiting for each other', 'lessons/quorum.png'];
const SIDE = ['stories/side-by-side.html', undefined, 'stories/side-by-side.png'];

/** The address of a file, as links name it: the first page is a folder. */
const addressOf = (name) => new URL(name.replace(/^index\.html$/, ''), ADDRESS).href;

const tags = (html) => Object.fromEntries(Array.from(html.matchAll(/<meta (?:property|name)="([^"]*)" content="([^"]*)">/g), ([, key, value]) => [key, value]));

/** The width and height of a PNG. */
async function sizeOf(name) {
  const bytes = await readFile(SITE + name);
  assert.equal(bytes.subarray(1, 4).toString(), 'PNG', name);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

for (const [name, title, picture] of [FIRST, QUORUM, SIDE]) {
  test(`${name} tells other sites what it is`, async () => {
    const html = await readFile(SITE + name, 'utf8');
    const found = tags(html);
    if (title) assert.equal(found['og:title'], title);
    assert.ok(found['og:description'].length > 20);
    assert.equal(found['og:url'], addressOf(name));
    assert.equal(found['og:image'], addressOf(picture));
    assert.equal(found['twitter:card'], 'summary_large_image');
    assert.ok(html.includes(`<link rel="canonical" href="${addressOf(name)}">`));
    assert.deepEqual(await sizeOf(picture), [1200, 630]);
  });
}

test('each guided story and each story has a page, a picture and a frame', async () => {
  const names = async (folder, extension) => (await readdir(SITE + folder)).filter((name) => name.endsWith(extension)).map((name) => name.slice(0, -extension.length)).sort();
  for (const [folder, extension] of [['lessons', '.lesson'], ['stories', '.ordinal']]) {
    const wanted = await names(folder, extension);
    assert.ok(wanted.length > 10);
    for (const made of ['.html', '.png', '.oembed.json']) assert.deepEqual(await names(folder, made), wanted, `${folder}/*${made}`);
    for (const name of wanted) assert.deepEqual(await sizeOf(`${folder}/${name}.png`), [1200, 630], name);
  }
});

test('oEmbed has a frame with the page that names it', async () => {
  for (const name of ['lessons/quorum', 'stories/side-by-side']) {
    const html = await readFile(`${SITE}${name}.html`, 'utf8');
    const [, link] = /<link rel="alternate" type="application\/json\+oembed" href="([^"]*)"/.exec(html);
    assert.equal(link, addressOf(`${name}.oembed.json`));
    const told = JSON.parse(await readFile(`${SITE}${name}.oembed.json`, 'utf8'));
    assert.deepEqual([told.version, told.type, told.provider_url, told.thumbnail_url], ['1.0', 'rich', ADDRESS, addressOf(`${name}.png`)]);
    for (const key of ['width', 'height', 'thumbnail_width', 'thumbnail_height']) assert.ok(Number.isInteger(told[key]), key);
    assert.ok(told.html.includes(`src="${addressOf(`${name}.html`)}"`) && told.html.includes(`width="${told.width}" height="${told.height}"`));
  }
});

labTest('the page of a guided story opens it', { path: '/lessons/quorum.html' }, async ({ page, lab }) => {
  await until('it is told', async () => (await textOf(lab, '.lesson h2')) === 'Waiting for each other');
  assert.match(await page.title(), /Waiting for each other/);
});

labTest('the page of a story opens it', { path: '/stories/side-by-side.html' }, async ({ lab }) => {
  await lab.evaluate((element) => element.seek(10_000));
  assert.match(await textOf(lab, 'svg.picture'), /Deployment/);
});

// A site that knows oEmbed writes the frame into its page.
let site;
labTest(
  'the frame of oEmbed plays on another site',
  {
    ready: false,
    before: async () => {
      site = await serveSite();
      const { html } = JSON.parse(await readFile(`${SITE}lessons/quorum.oembed.json`, 'utf8'));
      const document = `<!doctype html><html lang="en"><title>Chat</title><link rel="icon" href="data:,"><ordinal-lab hidden></ordinal-lab>${html.replace(ADDRESS, `${site.origin}/`)}`;
      chat = await serveSite({ documents: { '/': document }, headers: { 'content-security-policy': `frame-src ${site.origin}; img-src data:` } });
      return `${chat.origin}/`;
    },
    after: () => Promise.all([site.close(), chat.close()]),
    expects: /foreign request/,
  },
  async ({ page }) => {
    const frame = await (await page.waitForSelector('iframe')).contentFrame();
    const lab = await frame.waitForSelector('ordinal-lab:defined');
    await whenReady(lab);
    await until('it is told', async () => (await textOf(lab, '.lesson h2')) === 'Waiting for each other');
  },
);
let chat;
