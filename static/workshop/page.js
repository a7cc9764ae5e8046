// The page's side of the presenter window: opens it, tells it what is shown, and does what it asks.
import { lessonOf } from './dom.js';

/** The page beside these scripts. Bundlers leave it alone. */
const PAGE = '../index.html';

/** Opens the window, or brings it to the front. */
export function openPresenter(page) {
  const address = page.element.hasAttribute('linked') ? new URL(location.href) : new URL(PAGE, import.meta.url);
  address.hash = `presenter=${encodeURIComponent(page.key)}`;
  const name = `ordinal presenter ${page.key}`;
  const opened = open(address, name, 'popup,width=860,height=820');
  if (opened) opened.focus();
  else page.complain(new Error('The browser blocked the presenter window. Allow pop-ups for this page.'));
}

/** Answers a window that this one has opened. */
export function hear(event, page) {
  const { data, source } = event;
  // Only a presenter that this window has opened, also before a reload, is answered.
  if (!source || source.opener !== window || data.key !== page.key) return;
  const tell = () => source.postMessage({ from: 'ordinal-page', lesson: lessonOf(page), isPlaying: !page.element.paused, ms: page.element.currentTime * 1000 }, '*');
  switch (data.ask) {
    case 'next':
      page.tell('proceed', 0);
      break;
    case 'back':
      page.tell('proceed', -1);
      break;
    case 'answer':
      page.tell('proceed', data.number);
      break;
    case 'play':
      page.tell(page.element.paused ? 'play' : 'pause');
      break;
  }
  // What was asked has been done by the next frame, mostly.
  if (data.ask) setTimeout(tell, 100);
  else tell();
}
