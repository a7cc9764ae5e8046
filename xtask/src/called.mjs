// Opens a site whose module is marked, and prints the numbers of the functions that were called
// until the first picture was there, as JSON. Usage: node called.mjs FOLDER
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser } from '../../tests/browser/browser.mjs';
import { serveSite } from '../../tests/browser/site.mjs';

const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** Waits until what has changed is drawn. */
const frames = (page) =>
  page.evaluate(async () => {
    for (let count = 0; count < 3; count++) await new Promise((done) => requestAnimationFrame(done));
  });

const folder = process.argv[2];
const index = await readFile(join(folder, 'index.html'), 'utf8');
// What is called while it plays comes after the first picture.
const documents = { '/': index.replace(' autoplay', '') };
const site = await serveSite({ folder, documents });
const browser = await launchBrowser('chromium');
const called = new Set();
for (const viewport of VIEWPORTS) {
  const page = await browser.newPage();
  await page.setViewport(viewport);
  await page.goto(site.origin);
  await page.evaluate(async () => {
    await customElements.whenDefined('ordinal-lab');
    await document.querySelector('ordinal-lab').ready;
  });
  await frames(page);
  // Browsers differ in when they tell the size: drawing what is there anew belongs to it.
  await page.setViewport({ ...viewport, width: viewport.width - 20 });
  await frames(page);
  const numbers = await page.evaluate(async () => {
    const { default: init } = await import('./ordinal.js');
    const marks = Object.entries(await init()).filter(([name]) => name.startsWith('called-'));
    return marks.filter(([, mark]) => mark.value).map(([name]) => Number(name.slice('called-'.length)));
  });
  numbers.forEach((number) => called.add(number));
}
await browser.close();
await site.close();
console.log(JSON.stringify([...called].sort((a, b) => a - b)));
