// Shows a ring while the page is closed, says that it did, and opens the page.
const server = new URL(self.location.href).searchParams.get('server');

async function show({ title, body, tag, data = {} }) {
  // What is over takes the place of the ring: it has the same tag, and makes no sound.
  const over = ['call_cancelled', 'call_ended'].includes(data.type);
  await self.registration.showNotification(title ?? 'Call', {
    body, data, ...(tag && { tag, renotify: !over }), silent: over, requireInteraction: data.type === 'incoming_call',
  });
}

/** The server knows only that the push service took the push; this says that it arrived, and that it is shown. */
async function confirm({ notificationId, receipt }) {
  if (!receipt) return;
  const body = JSON.stringify({ notificationId, receipt, shown: true });
  await fetch(`${server}/v1/push/receipts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
}

self.addEventListener('push', (event) => {
  const message = event.data?.json() ?? {};
  event.waitUntil(show(message).then(() => confirm(message.data ?? {})).catch(() => {}));
});
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const shown = async () => {
    const [page] = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
    return page ? page.focus() : self.clients.openWindow('/');
  };
  event.waitUntil(shown());
});
