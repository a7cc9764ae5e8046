// What the element says where there is no program to say it, and what it asks of the browser.

/** Shows a title and lines of text in place of what is in `root`. Returns the notice. */
export function say(root, title, text, role) {
  const heading = document.createElement('h1');
  heading.textContent = title;
  const words = document.createElement('div');
  if (role) words.setAttribute('role', role);
  words.append(heading);
  for (const line of text.split('\n')) {
    const paragraph = document.createElement('p');
    paragraph.textContent = line;
    words.append(paragraph);
  }
  const notice = document.createElement('main');
  notice.className = 'loading';
  notice.append(words);
  root.replaceChildren(notice);
  return notice;
}

/** Shows a problem that the element can live with, in a bar that can be dismissed. */
export function warn(shadow, message) {
  const problem = document.createElement('div');
  problem.className = 'ordinal problem';
  problem.setAttribute('role', 'alert');
  const text = document.createElement('p');
  text.textContent = message;
  problem.append(text, button('Dismiss', () => problem.remove()));
  shadow.querySelector('.problem')?.remove();
  shadow.append(problem);
}

export function button(label, act) {
  const made = document.createElement('button');
  made.className = 'button';
  made.textContent = label;
  made.addEventListener('click', act);
  return made;
}

/** Whether the visitor wants no motion. */
export const reducesMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** After the next repaint, or a little later where nothing is painted. */
export function painted() {
  return new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200);
  });
}
