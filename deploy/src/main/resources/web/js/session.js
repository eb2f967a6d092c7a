// Who we are to the server: the token, the device, the socket, and an outbox that survives the server's restarts.

import { io } from '/socket.io/socket.io.esm.min.js';

const KEY = 'switchboard.session';
const ANSWER_WITHIN_MS = 8000;

export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? undefined;
  } catch {
    return undefined;
  }
}

function makeId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `web-${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The user a pasted token speaks for; the server checks it, this only reads it. */
export function userOf(token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    const user = claims.userId ?? claims.sub;
    return typeof user === 'string' && user !== '' ? user : undefined;
  } catch {
    return undefined;
  }
}

export async function fetchToken(userId) {
  const response = await fetch(`/dev/token?userId=${encodeURIComponent(userId)}`, { cache: 'no-store' });
  const body = await response.json().catch(() => ({}));
  if (!response.ok || !body.token) {
    throw new Error(body.error?.message ?? body.error ?? `The server answered ${response.status}.`);
  }
  return body;
}

/**
 * Events of its own: `up` (registered, with the answer), `down`, `over` ({reason}: it will not come back by itself),
 * `token-needed` (a pasted token is about to end). The server's events come through as they are.
 */
export class Session extends EventTarget {
  constructor({ userId, token, pasted = false, deviceId = makeId() }) {
    super();
    Object.assign(this, { userId, token, pasted, deviceId });
    this.iceServers = [];
    this.registered = false;
    this.outbox = [];
    this.tokenRetries = 0;
    this.#remember();
    this.socket = io({
      auth: (give) => give({ token: this.token }),
      reconnectionDelay: 400,
      reconnectionDelayMax: 3000,
      autoConnect: false,
    });
    this.#wire();
    this.socket.connect();
  }

  #remember() {
    const { userId, token, pasted, deviceId } = this;
    sessionStorage.setItem(KEY, JSON.stringify({ userId, token, pasted, deviceId }));
  }

  #wire() {
    const { socket } = this;
    socket.on('connect', () => this.#register());
    socket.on('disconnect', (reason) => {
      this.#down();
      // A disconnect by the server itself is meant to last, unless a fresh token mends it.
      if (reason === 'io server disconnect' && !this.mending) this.#over(this.last ?? 'closed');
    });
    socket.on('connect_error', (error) => {
      this.#down();
      // Active means that the client goes on trying; otherwise the server refused us.
      if (!socket.active) this.#mendToken(error.message);
    });
    socket.on('displaced', () => { this.last = 'displaced'; });
    socket.on('unauthorized', () => {
      this.last = 'unauthorized';
      this.mending = true;
      this.#mendToken('Token expired');
    });
    socket.on('token_expiring', () => this.#renewToken());
    socket.on('registration_error', ({ message }) => this.#over('refused', message));
    socket.onAny((event, payload) => this.#tell(event, payload));
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail: detail ?? {} }));
  }

  #down() {
    const was = this.registered;
    this.registered = false;
    for (const letter of this.outbox) letter.sent = false;
    if (was || !this.closed) this.#tell('down');
  }

  #over(reason, message) {
    if (this.closed) return;
    this.close();
    this.#tell('over', { reason, message });
  }

  #register() {
    const { socket } = this;
    const connection = socket.id;
    const { userId, deviceId } = this;
    socket.timeout(ANSWER_WITHIN_MS).emit('register', { userId, deviceId, platform: 'web' }, (error, answer) => {
      if (this.closed || socket.id !== connection) return;
      if (error || !answer?.success) {
        if (answer?.error?.code === 'E203' || answer?.error?.code === 'E003') {
          this.#over('refused', answer.error.message);
        } else if (socket.connected) {
          setTimeout(() => socket.connected && socket.id === connection && this.#register(), 1000);
        }
        return;
      }
      this.registered = true;
      this.tokenRetries = 0;
      if (answer.iceServers) this.iceServers = answer.iceServers;
      this.#tell('up', answer);
      this.#flush();
    });
  }

  async #renewToken() {
    if (this.pasted) {
      this.#tell('token-needed');
      return;
    }
    try {
      this.useToken((await fetchToken(this.userId)).token);
    } catch (error) {
      console.warn('no new token:', error.message);
      setTimeout(() => !this.closed && this.#renewToken(), 5000);
    }
  }

  /** Goes on under a newer token of the same user. */
  useToken(token) {
    this.token = token;
    this.#remember();
    if (this.socket.connected) this.request('refresh_token', { token }).catch(() => {});
  }

  async #mendToken(message) {
    if (this.pasted || ++this.tokenRetries > 5) {
      this.#over('unauthorized', message);
      return;
    }
    try {
      this.token = (await fetchToken(this.userId)).token;
      this.#remember();
    } catch (error) {
      console.warn('no new token:', error.message);
    }
    this.mending = false;
    this.last = undefined;
    setTimeout(() => !this.closed && this.socket.disconnect().connect(), 300 * this.tokenRetries);
  }

  /** Asks once; the promise holds the answer, also a refusal, and fails only where none came. */
  async request(event, payload) {
    if (!this.socket.connected) throw new Error('not connected');
    return this.socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, payload);
  }

  /**
   * Delivers in order and at least once, over as many connections as it takes. `onRefused` hears of a refusal that
   * trying again will not mend.
   */
  post(event, payload, onRefused) {
    this.outbox.push({ event, payload, onRefused, sent: false });
    this.#flush();
  }

  #flush() {
    if (!this.registered || this.resting) return;
    for (const letter of this.outbox) {
      if (letter.sent) continue;
      letter.sent = true;
      this.socket.timeout(ANSWER_WITHIN_MS).emit(letter.event, letter.payload, (error, answer) => {
        if (error) {
          letter.sent = false;
          if (this.registered) this.#rest(1000);
          return;
        }
        const code = answer?.error?.code;
        if (code === 'E429' || code === 'E503') {
          letter.sent = false;
          this.#rest(answer.error.retryAfterMs ?? 1000);
          return;
        }
        this.outbox = this.outbox.filter((each) => each !== letter);
        if (answer && answer.success === false) letter.onRefused?.(answer.error ?? {});
      });
    }
  }

  #rest(ms) {
    if (this.resting) return;
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.#flush();
    }, ms);
  }

  /** Forgets what waits for a call that is over; its `call_end` still goes out. */
  forget(callId) {
    this.outbox = this.outbox.filter(
      ({ event, payload }) => payload.callId !== callId || event === 'call_end' || event === 'call_reject');
  }

  async get(path) {
    const response = await fetch(path, {
      headers: { Authorization: `Bearer ${this.token}` },
      cache: 'no-store',
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  async signOut() {
    if (this.registered) await this.request('unregister').catch(() => {});
    this.close();
    sessionStorage.removeItem(KEY);
  }

  /** The page is left, though perhaps kept by the browser: nobody is here. */
  rest() {
    if (!this.closed) this.socket.disconnect();
  }

  /** The page is back. */
  wake() {
    if (!this.closed) this.socket.connect();
  }

  close() {
    this.closed = true;
    this.registered = false;
    clearTimeout(this.resting);
    this.socket.disconnect();
  }
}
