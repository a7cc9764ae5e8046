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
        : 'Ordinal could not load its scripts. Check that all its files are on the server and that the browser is up to date.';
    document.body.prepend(notice);
  };
  // The load event waits for the modules in the document.
  if (document.readyState === 'complete') check();
  else addEventListener('load', check);
})();
