// Starts the browser that the environment asks for: BROWSER=chromium (the default), firefox, or webkit.
// BROWSER_PATH names the program when it lies in no usual place.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { findMiniBrowser, launchWebKit } from './webkit.mjs';

const PROGRAMS = {
  chromium: ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'],
  firefox: ['firefox-esr', 'firefox'],
};

// A browser under test has no business on the network, and none with the machine's GPU.
const CHROMIUM_ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const browserName = process.env.BROWSER ?? 'chromium';

/** The program of a browser, or an error that says what to install. */
export function findProgram(name = browserName) {
  if (process.env.BROWSER_PATH) return process.env.BROWSER_PATH;
  if (name === 'webkit') {
    for (const program of ['WebKitWebDriver', 'Xvfb']) findInPath([program]);
    return findMiniBrowser();
  }
  if (!PROGRAMS[name]) throw new Error(`BROWSER is "${name}": use chromium, firefox, or webkit`);
  return findInPath(PROGRAMS[name]);
}

function findInPath(names) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const program of names) {
      const path = join(folder, program);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: look further.
      }
    }
  }
  throw new Error(`found none of ${names.join(', ')} in PATH: install one or set BROWSER_PATH`);
}

/**
 * Launches a headless browser with a fresh profile, for a reader of the given tastes. The tastes
 * are set at launch because Firefox cannot change them afterwards.
 */
export async function launchBrowser(name = browserName, { dark, reducedMotion } = {}) {
  if (name === 'webkit') return launchWebKit({ dark, reducedMotion });
  const executablePath = findProgram(name);
  if (name === 'firefox') {
    const extraPrefsFirefox = {
      'layout.css.prefers-color-scheme.content-override': dark ? 0 : 1,
      'ui.prefersReducedMotion': reducedMotion ? 1 : 0,
      // Scroll bars that take no room: as on a phone, and as Chromium has them without a window.
      'ui.useOverlayScrollbars': 1,
    };
    return puppeteer.launch({ browser: 'firefox', executablePath, extraPrefsFirefox });
  }
  const args = [...CHROMIUM_ARGUMENTS];
  if (dark) args.push('--blink-settings=preferredColorScheme=0');
  if (reducedMotion) args.push('--force-prefers-reduced-motion');
  // Chromium refuses to put root into its sandbox.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return puppeteer.launch({ browser: 'chrome', executablePath, args });
}
