// Added to every document by `cargo xtask serve`: reloads the page when there is a newer one.
let shown;
let notice;

const builds = new EventSource('/-/builds');

builds.addEventListener('built', ({ data }) => {
  shown ??= data;
  if (data !== shown) location.reload();
});

builds.addEventListener('broken', ({ data }) => {
  shown ??= data;
  if (notice) return;
  notice = document.createElement('p');
  notice.setAttribute('role', 'status');
  notice.textContent = 'The last change does not compile: see the terminal. This is the page before it.';
  Object.assign(notice.style, {
    position: 'fixed',
    inset: 'auto 0 0 0',
    margin: '0',
    padding: '0.5rem 1rem',
    background: '#7a1021',
    color: '#fff',
    font: '1rem/1.4 system-ui, sans-serif',
    zIndex: '9999',
  });
  document.body.append(notice);
});
