// What Lighthouse says of dist/site: the median of five runs for each category, and what cost points.
// Usage: node tests/browser/lighthouse.mjs [RUNS] [--preset=desktop]. npx fetches Lighthouse.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { serveSite } from './site.mjs';

const LIGHTHOUSE = 'lighthouse@13.5.0';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const runs = Number(process.argv[2]) || 5;
const site = await serveSite();
const browser = await launchBrowser('chromium');
const { port } = new URL(browser.wsEndpoint());
const scores = Object.fromEntries(CATEGORIES.map((category) => [category, []]));
const lost = new Map();
for (let run = 0; run < runs; run++) {
  const words = [LIGHTHOUSE, `${site.origin}/`, `--port=${port}`, '--output=json', '--quiet', `--only-categories=${CATEGORIES}`];
  const { stdout } = await promisify(execFile)('npx', ['--yes', ...words, ...options], { maxBuffer: 1 << 28 });
  const { categories, audits } = JSON.parse(stdout);
  for (const category of CATEGORIES) {
    const { score, auditRefs } = categories[category];
    scores[category].push(Math.round(score * 100));
    for (const { id, weight } of auditRefs) {
      const { score: part, title, displayValue = '' } = audits[id];
      const isLost = part !== null && part < 0.9 && (weight > 0 || part === 0);
      if (isLost) lost.set(id, `${category}: ${title} ${displayValue}`);
    }
  }
}
await browser.close();
await site.close();
for (const [category, all] of Object.entries(scores)) {
  all.sort((a, b) => a - b);
  console.log(`${category.padEnd(16)} ${all[Math.floor(runs / 2)]}  (${all.join(' ')})`);
}
for (const line of lost.values()) console.log(`- ${line}`);
