// Notifications while this page is closed: subscribes the browser (Push API), and has the server send it a test.

const WORDS = {
  unsupported: 'This browser shows no notifications for pages like this one.',
  denied: 'Notifications are blocked for this page. Allow them in the browser’s settings.',
  off: 'Be called here even when this page is closed.',
  on: 'This browser rings even when this page is closed.',
};

function bytes(base64url) {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function base64url(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The section of the page about notifications. */
export class PushSection {
  /**
   * @param section where it is drawn
   * @param notify says something to the user
   */
  constructor(section, notify) {
    this.section = section;
    this.notify = notify;
    this.supported = 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
    section.querySelector('#push-on').addEventListener('click', () => this.#act(() => this.#turnOn()));
    section.querySelector('#push-off').addEventListener('click', () => this.#act(() => this.turnOff()));
    section.querySelector('#push-test').addEventListener('click', () => this.#act(() => this.#test()));
    // A notification that was clicked while the page is open: what it is about goes into the address.
    navigator.serviceWorker?.addEventListener('message', ({ data }) => {
      if (data?.open) history.replaceState(null, '', data.open);
    });
    this.#draw('off');
  }

  /** Somebody has signed in: a browser that is subscribed belongs to them now. */
  async open(client) {
    this.client = client;
    if (!this.supported) {
      this.#draw('unsupported');
      return;
    }
    try {
      await navigator.serviceWorker.register('/sw.js');
      const subscription = await this.#subscription();
      if (subscription && Notification.permission === 'granted') await this.#hand(subscription);
      this.#draw(Notification.permission === 'denied' ? 'denied' : subscription ? 'on' : 'off');
    } catch {
      this.#draw('off');
    }
  }

  /** Ends this browser's subscription, here and on the server; also before somebody signs out. */
  async turnOff() {
    const subscription = this.supported ? await this.#subscription() : undefined;
    if (subscription) {
      await this.#ask('POST', '/api/v1/push/unsubscribe', { endpoint: subscription.endpoint });
      await subscription.unsubscribe();
    }
    this.#draw('off');
  }

  async #turnOn() {
    if (await Notification.requestPermission() !== 'granted') {
      this.#draw('denied');
      return;
    }
    const { public_key: key } = await this.#ask('GET', '/api/v1/push/vapid-public-key');
    const { pushManager } = await navigator.serviceWorker.ready;
    const subscribe = () => pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
    // One that another key made stands in the way.
    const subscription = await subscribe().catch(async (error) => {
      if (error.name !== 'InvalidStateError') throw error;
      await (await pushManager.getSubscription())?.unsubscribe();
      return subscribe();
    });
    await this.#hand(subscription);
    this.#draw('on');
  }

  async #test() {
    const { queued } = await this.#ask('POST', '/v1/push/test', {
      title: 'Switchboard', body: 'This is what a notification looks like here.',
    });
    this.notify(queued > 0 ? 'A notification is on its way.' : 'You have no device that could be notified.');
  }

  async #subscription() {
    return (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription();
  }

  #hand(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    const made = subscription.options?.applicationServerKey;
    return this.#ask('POST', '/api/v1/push/subscribe', {
      endpoint,
      keys,
      user_agent: navigator.userAgent.slice(0, 500),
      ...(made ? { vapid_public_key: base64url(made) } : {}),
    });
  }

  async #ask(method, path, body) {
    const response = await fetch(path, {
      method,
      cache: 'no-store',
      headers: {
        Authorization: `Bearer ${this.client.token}`,
        ...(body ? { 'Content-Type': 'application/json' } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
    // What the server does not know any more has ended as well.
    if (!response.ok && response.status !== 404) throw new Error(answer.detail ?? `The server answered ${response.status}.`);
    return answer;
  }

  async #act(action) {
    const buttons = [...this.section.querySelectorAll('button')];
    for (const button of buttons) button.disabled = true;
    try {
      await action();
    } catch (error) {
      this.notify(error.name === 'AbortError'
        ? 'The browser’s push service can’t be reached. Try again later.' : error.message);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  #draw(state) {
    this.section.dataset.state = state;
    this.section.querySelector('#push-status').textContent = WORDS[state];
    this.section.querySelector('#push-on').hidden = state !== 'off';
    this.section.querySelector('#push-off').hidden = state !== 'on';
    this.section.querySelector('#push-test').hidden = state !== 'on';
  }
}
