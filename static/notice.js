// Says so when the modules of the page did not load. In a sandboxed frame they need CORS headers, and
// only a classic script runs without them.
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
  // The load event waits for the modules in the document.
  if (document.readyState === 'complete') check();
  else addEventListener('load', check);
})();
