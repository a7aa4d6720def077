// The service worker caches all files of the page for offline use. It fetches nothing else.
declare const FILES: string[];
declare const VERSION: string;

const worker = self as unknown as ServiceWorkerGlobalScope;
const kept = `imagelint-${VERSION}`;

worker.addEventListener('install', (e) => e.waitUntil(keep()));
worker.addEventListener('activate', (e) => e.waitUntil(forget()));

async function keep(): Promise<void> {
  const cache = await caches.open(kept);
  await cache.addAll(FILES.map((f) => new Request(f, { cache: 'no-cache' })));
  await worker.skipWaiting();
}

async function forget(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith('imagelint-') && name !== kept) {
      await caches.delete(name);
    }
  }
  await worker.clients.claim();
}

worker.addEventListener('fetch', (e) => {
  if (e.request.method === 'GET' && new URL(e.request.url).origin === worker.location.origin) {
    e.respondWith(caches.open(kept).then(async (cache) => (await cache.match(e.request, { ignoreSearch: true })) ?? fetch(e.request)));
  }
});
