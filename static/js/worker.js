// Keeps the scan stations at hand without a network: their pages as last seen, and the files those pages need. Nothing else
// is kept, and nothing is answered from here while the network answers. The server writes VERSION and FILES above this line.
const CACHE = `beiku-scan-${VERSION}`;
const PATIENCE = 5000;
const isStation = url => /^\/scan\/(receive|ship|move|count)$/.test(url.pathname);

addEventListener('install', event => {
  event.waitUntil(caches.open(CACHE).then(cache => cache.addAll(FILES)).then(() => skipWaiting()));
});
addEventListener('activate', event => {
  const old = name => name.startsWith('beiku-scan-') && name !== CACHE;
  event.waitUntil(caches.keys()
    .then(names => Promise.all(names.filter(old).map(name => caches.delete(name))))
    .then(() => clients.claim()));
});
addEventListener('fetch', event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/static/')) event.respondWith(kept(request));
  else if (request.mode === 'navigate' && isStation(url)) event.respondWith(fresh(request));
});

// A hashed file never changes.
async function kept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) (await caches.open(CACHE)).put(request, answer.clone());
  return answer;
}

// The page from the network, else as it was last seen. A sign-in page or an error is passed on and never kept.
async function fresh(request) {
  const cache = await caches.open(CACHE);
  const before = await cache.match(request) ?? await cache.match(request, { ignoreSearch: true });
  const network = fetch(request).then(async answer => {
    if (answer.ok && answer.type === 'basic' && !answer.redirected) await cache.put(request, answer.clone());
    return answer;
  });
  if (!before) return network;
  const waited = new Promise(done => setTimeout(done, PATIENCE, before));
  return Promise.race([network.then(answer => answer.status >= 502 ? before : answer).catch(() => before), waited]);
}
