// Loads the program after the first paint: the poster is painted sooner without it. Says so if the program does not load.
// In a sandboxed frame, modules need CORS headers, and only a classic script runs without them.
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
    // Very old browsers do not load modules, and say nothing.
    if (!('noModule' in script)) check();
  };
  // A hidden tab is not painted. The page around a frame may write to it once it is loaded, which waits for these scripts.
  if (document.hidden || parent !== window) start();
  requestAnimationFrame(() => setTimeout(start));
  setTimeout(start, 2000);
})();
