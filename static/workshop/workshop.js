// What a workshop needs beside the page: links with QR codes, handouts, a window for the presenter, a quiz, and an editor
// for lessons. Loaded when it is first needed. `page` is the element as these scripts see it:
// { element, theme, presenterKey, tell, complain, atEnd }.
import { loadLater } from '../program.js';

/** Fills the presenter window again that was open before a reload. */
export async function resume(page) {
  await loadLater();
  await (await import('./presenter.js')).resumePresenter(page);
}

/** Opens one of them. */
export async function open(what, page) {
  await loadLater();
  switch (what) {
    case 'link':
      return (await import('./link.js')).showLink(page);
    case 'handout':
      return (await import('./handout.js')).showHandout(page);
    case 'presenter':
      return (await import('./presenter.js')).openPresenter(page);
    case 'quiz':
      return (await import('./quiz.js')).showQuiz(page);
    case 'builder':
      return (await import('./builder.js')).showBuilder(page);
  }
}
