// Keeps the pictures on the trainer's page up to date, and resets clusters.
const REFRESH_MS = 2000;

/** Shows the present of a cluster: its picture, and in words how many pods are Ready. */
async function refresh(item) {
  const { base } = item.dataset;
  const response = await fetch(`${base}/ordinal/picture`).catch(() => undefined);
  if (!response?.ok) return;
  const image = item.querySelector('img');
  const old = image.src;
  image.src = URL.createObjectURL(new Blob([await response.text()], { type: 'image/svg+xml' }));
  if (old.startsWith('blob:')) URL.revokeObjectURL(old);
  item.querySelector('output').textContent = response.headers.get('ordinal-summary') ?? '';
}

for (const item of document.querySelectorAll('.overview li')) {
  const button = item.querySelector('button');
  button.addEventListener('click', async () => {
    if (!confirm(`Reset ${item.querySelector('h2').textContent}? What happened in it is lost.`)) return;
    await fetch(`${item.dataset.base}/ordinal/reset`, { method: 'POST' });
    await refresh(item);
  });
}

async function refreshAll() {
  if (document.visibilityState === 'visible') await Promise.all([...document.querySelectorAll('.overview li')].map(refresh));
  setTimeout(refreshAll, REFRESH_MS);
}

if (document.querySelector('.overview')) refreshAll();
