// Loads the program after the first paint, so that the poster appears sooner, and shows a message if that fails. This is
// a classic script because in a sandboxed frame, modules need CORS headers.
(() => {
  const check = () => {
    if (customElements.get('ordinal-lab')) return;
    const notice = document.createElement('p');
    notice.setAttribute('role', 'alert');
    notice.textContent =
      self.origin === 'null'
        ? 'Ordinal could not load its scripts. In a sandboxed frame, the server must send the header "Access-Control-Allow-Origin: *" with every file of Ordinal.'
        : 'Ordinal could not load its scripts. If it was just updated, reload the page. Otherwise, check that all its files are on the server and that the browser is up to date.';
    const button = document.createElement('button');
    button.textContent = 'Reload';
    button.addEventListener('click', reload);
    notice.append(' ', button);
    document.body.prepend(notice);
  };
  // A cache may have kept a file of another version.
  const reload = async () => {
    const scripts = Array.from(document.scripts, ({ src }) => src).filter(Boolean);
    await Promise.allSettled(scripts.map((src) => fetch(src, { cache: 'reload' })));
    location.reload();
  };
  let isStarted = false;
  const start = () => {
    if (isStarted) return;
    isStarted = true;
    const { content } = document.getElementById('program');
    const script = content.querySelector('script[type="module"]');
    for (const type of ['load', 'error']) script.addEventListener(type, check);
    document.head.append(content);
    // Very old browsers ignore modules without an event.
    if (!('noModule' in script)) check();
  };
  // A hidden tab is never painted. In a frame, the scripts delay the load event, after which the outer page may send
  // messages.
  if (document.hidden || parent !== window) start();
  requestAnimationFrame(() => setTimeout(start));
  // In case the tab is hidden before the first paint.
  setTimeout(start, 2000);
})();
