// Rings while the page is closed: this browser's subscription, tied to the user of the token.
export async function notify(server, fetchSession, deviceId) {
  if (!('serviceWorker' in navigator) || (await Notification.requestPermission()) !== 'granted') return;
  await navigator.serviceWorker.register(`/sw.js?server=${encodeURIComponent(server)}`);
  const worker = await navigator.serviceWorker.ready;
  const { public_key } = await (await fetch(`${server}/api/v1/push/vapid-public-key`)).json();
  const subscription = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key });
  await fetch(`${server}/api/v1/push/subscribe`, {
    method: 'POST',
    headers: { authorization: `Bearer ${(await fetchSession()).token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...subscription.toJSON(), device_id: deviceId }),
  });
}
