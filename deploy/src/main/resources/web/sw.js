// Shows what a push says, and opens what it is about. Runs without the page.

const OVER = ['call_cancelled', 'call_ended'];

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

function read(data) {
  try {
    const message = data?.json();
    return message && typeof message === 'object' ? message : {};
  } catch {
    return { body: data.text() };
  }
}

async function show({ title, body, icon, badge, tag, data = {} }) {
  const options = {
    body: body ?? '',
    icon: icon ?? '/icons/notification-192.png',
    badge: typeof badge === 'string' && badge.startsWith('/') ? badge : '/icons/badge-72.png',
    data,
  };
  if (tag) options.tag = tag;
  if (OVER.includes(data.type)) {
    // The call's own notification gives way to one that makes no sound. A push has to show something, unless the
    // page is there to be seen.
    const rings = tag ? await self.registration.getNotifications({ tag }) : [];
    const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    if (windows.some((each) => each.visibilityState === 'visible')) {
      for (const ring of rings) ring.close();
      return;
    }
    options.silent = true;
  } else if (data.type === 'incoming_call') {
    options.requireInteraction = true;
    options.vibrate = [400, 200, 400, 200, 400];
    options.renotify = Boolean(tag);
  } else if (tag) {
    options.renotify = true;
  }
  await self.registration.showNotification(title ?? 'Switchboard', options);
}

/** Says that a ring's push has arrived: the server only knows that the push service took it. */
async function confirm({ data = {} }) {
  if (!data.receipt) return;
  const { notificationId, receipt } = data;
  await fetch('/v1/push/receipts', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ notificationId, receipt, shown: true }),
  }).catch(() => {});
}

self.addEventListener('push', (event) => {
  const message = read(event.data);
  event.waitUntil(show(message).then(() => confirm(message)));
});

/** Only a place of our own is opened, whatever a push says. */
function place(url) {
  try {
    const wanted = new URL(url ?? '/', self.location.origin);
    return wanted.origin === self.location.origin ? wanted.pathname + wanted.search + wanted.hash : '/';
  } catch {
    return '/';
  }
}

async function open(url) {
  const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  if (page) {
    // A page that is open has its own connection, and perhaps a call: it is not loaded again.
    page.postMessage({ open: url });
    await page.focus().catch(() => {});
    return;
  }
  await self.clients.openWindow(url);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(place(event.notification.data?.url)));
});
