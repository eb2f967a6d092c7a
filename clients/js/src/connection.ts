import { io, type Socket } from 'socket.io-client';
import { Emitter } from './emitter.js';
import { watchPage } from './lifecycle.js';
import { Outbox, type Answer, type PostOptions } from './outbox.js';
import { keep, randomText, recall } from './storage.js';
import type { CallReceived, ChatReceived, IceServers, RegisteredPayload, RegisterPayload } from './wire.js';

/** Fetches a token of this user from the app's own back end. Called before the first connection, and when one ends. */
export type TokenSource = () => string | Promise<string>;

export interface ConnectionOptions {
  /** Where the server answers; by default where the page comes from. */
  url?: string;
  /** Who is here; without it a guest, who may chat and no more. */
  userId?: string;
  /** A function, so that it is renewed by itself; a text ends with its `exp`, and `token-needed` is told before. */
  token?: string | TokenSource;
  /** Which of the user's devices this is. By default one of this tab's own, the same after a reload. */
  deviceId?: string;
  /** Push tokens and the like, sent with each `register`. */
  device?: Omit<RegisterPayload, 'userId' | 'deviceId'>;
  /** How long an answer may take. */
  answerWithinMs?: number;
}

/** Why a connection does not come back by itself. */
export type OverReason = 'displaced' | 'unauthorized' | 'refused' | 'closed';

export interface Over {
  reason: OverReason;
  code?: string;
  message?: string;
}

export interface ConnectionEvents {
  /** The server knows who is here. */
  up: RegisteredPayload;
  /** The connection broke; it is made again by itself. */
  down: undefined;
  /** The connection will not come back by itself. */
  over: Over;
  /** The same device is used in another place, and this one is over. */
  displaced: undefined;
  /** The token has ended or was revoked. With a token source a newer one is fetched, and the connection goes on. */
  unauthorized: { code: string };
  /** A fixed token is about to end: `useToken` takes the next one. */
  'token-needed': { expiresAt: number };
  'network-changed': undefined;
}

type Received = CallReceived & ChatReceived;

/** For a window that is not to take over from the one it was made from: a copied tab has the device id of the first. */
export function newDeviceId(): string {
  return `web-${randomText(12)}`;
}

const ANSWER_WITHIN_MS = 8000;
const AGAIN_AFTER_MS = 1000;
const RENEW_AGAIN_AFTER_MS = 5000;
const MOST_TOKENS_IN_A_ROW = 5;

/** Who we are to the server: the token, the device, the socket, and an outbox that survives the server's restarts. */
export class Connection extends Emitter<ConnectionEvents> {
  readonly userId: string | undefined;
  readonly deviceId: string;
  /** The official client's socket, for events that this library does not know. */
  readonly socket: Socket;
  iceServers: IceServers = [];
  readonly #options: ConnectionOptions;
  readonly #outbox: Outbox;
  readonly #unwatch: () => void;
  #token: string | undefined;
  #up = false;
  #held = false;
  #closed = false;
  #resting = false;
  #mending = false;
  #tokensInARow = 0;
  #last: Over = { reason: 'closed' };

  constructor(options: ConnectionOptions) {
    super();
    this.#options = options;
    this.userId = options.userId;
    this.deviceId = options.deviceId ?? recall<string>('device') ?? newDeviceId();
    keep('device', this.deviceId);
    if (typeof options.token === 'string') this.#token = options.token;
    const carry = this.#carry.bind(this);
    const isReady = () => this.#up && !this.#held;
    this.#outbox = new Outbox({ get ready() { return isReady(); }, carry });
    this.socket = io(options.url ?? location.origin, {
      auth: (give) => give(this.#token === undefined ? {} : { token: this.#token }),
      reconnectionDelay: 400,
      reconnectionDelayMax: 3000,
      autoConnect: false,
      // Two connections of one page are two devices, or a mistake; they share no socket in either case.
      forceNew: true,
    });
    this.#wire();
    this.#unwatch = watchPage({
      rest: () => this.rest(),
      wake: () => this.wake(),
      networkChanged: () => this.#networkChanged(),
    });
    void this.#begin();
  }

  /** Whether the server knows who is here. */
  get up(): boolean {
    return this.#up;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get token(): string | undefined {
    return this.#token;
  }

  /** Listens to an event as the server sends it. */
  onServer<Name extends keyof Received>(event: Name, listener: (payload: Received[Name]) => void): () => void {
    const heard = (payload: unknown) => listener((payload ?? {}) as Received[Name]);
    this.socket.on(event as string, heard);
    return () => void this.socket.off(event as string, heard);
  }

  async #begin(): Promise<void> {
    if (this.#token === undefined && typeof this.#options.token === 'function') await this.#fetchToken();
    if (!this.#closed && !this.#resting) this.socket.connect();
  }

  #wire(): void {
    const { socket } = this;
    socket.on('connect', () => this.#register());
    socket.on('disconnect', (reason) => {
      this.#down();
      // A disconnect by the server itself is meant to last, unless a fresh token mends it.
      if (reason === 'io server disconnect' && !this.#mending) this.#over(this.#last);
    });
    socket.on('connect_error', (error: Error & { data?: { code?: string } }) => {
      this.#down();
      // Active means that the client goes on trying; otherwise the server refused us.
      if (!socket.active) void this.#mendToken({ code: error.data?.code, message: error.message });
    });
    this.onServer('displaced', () => {
      this.#last = { reason: 'displaced' };
      this.tell('displaced', undefined);
    });
    this.onServer('unauthorized', ({ code }) => {
      this.tell('unauthorized', { code });
      void this.#mendToken({ code, message: 'Token expired' });
    });
    this.onServer('token_expiring', ({ expiresAt }) => void this.#renewToken(expiresAt));
    this.onServer('registration_error', ({ code, message }) => this.#over({ reason: 'refused', code, message }));
    this.onServer('call_resumed', () => this.#release());
  }

  #down(): void {
    this.#up = false;
    this.#held = false;
    this.#outbox.lost();
    if (!this.#closed) this.tell('down', undefined);
  }

  #over(over: Over): void {
    if (this.#closed) return;
    this.close();
    this.tell('over', over);
  }

  #register(): void {
    const { userId, deviceId, socket } = this;
    if (userId === undefined) {
      this.#isUp({ success: true, sessionId: socket.id ?? '' });
      return;
    }
    const connection = socket.id;
    const current = () => !this.#closed && socket.connected && socket.id === connection;
    const about = { platform: 'web', ...this.#options.device, userId, deviceId };
    this.#carry('register', about, (error, answer) => {
      if (!current()) return;
      if (!error && answer?.success) {
        this.#isUp(answer as unknown as RegisteredPayload);
        return;
      }
      const { code, message } = answer?.error ?? {};
      if (code === 'E203' || code === 'E003') this.#over({ reason: 'refused', code, message });
      else setTimeout(() => current() && this.#register(), AGAIN_AFTER_MS);
    });
  }

  #isUp(registered: RegisteredPayload): void {
    this.#up = true;
    this.#tokensInARow = 0;
    if (registered.iceServers) this.iceServers = registered.iceServers;
    // Which call it is comes next. Until then nothing is sent that would begin another.
    this.#held = registered.resumed === true;
    if (this.#held) setTimeout(() => this.#release(), AGAIN_AFTER_MS);
    this.tell('up', registered);
    this.#outbox.flush();
  }

  #release(): void {
    if (!this.#held) return;
    this.#held = false;
    // After those who listen to the same event have heard it.
    queueMicrotask(() => this.#outbox.flush());
  }

  #carry(event: string, payload: unknown, answered: (error: unknown, answer?: Answer) => void): void {
    this.socket.timeout(this.#options.answerWithinMs ?? ANSWER_WITHIN_MS).emit(event, payload, answered);
  }

  /** False if none came. */
  async #fetchToken(): Promise<boolean> {
    try {
      this.#token = await (this.#options.token as TokenSource)();
      return true;
    } catch (error) {
      console.warn('switchboard: no new token:', error);
      return false;
    }
  }

  async #renewToken(expiresAt: number): Promise<void> {
    if (typeof this.#options.token !== 'function') {
      this.tell('token-needed', { expiresAt });
      return;
    }
    if (await this.#fetchToken()) this.#showToken();
    else if (Date.now() < expiresAt) setTimeout(() => !this.#closed && void this.#renewToken(expiresAt), RENEW_AGAIN_AFTER_MS);
  }

  #showToken(): void {
    if (this.socket.connected && this.#token) void this.ask('refresh_token', { token: this.#token }).catch(() => {});
  }

  /** Goes on under a newer token of the same user. */
  useToken(token: string): void {
    this.#token = token;
    this.#showToken();
  }

  /** The server does not take the token: with a source, another try with a newer one. */
  async #mendToken({ code, message }: { code?: string | undefined; message: string }): Promise<void> {
    if (this.#closed || this.#mending) return;
    if (typeof this.#options.token !== 'function' || ++this.#tokensInARow > MOST_TOKENS_IN_A_ROW) {
      this.#over({ reason: 'unauthorized', code, message });
      return;
    }
    this.#mending = true;
    await this.#fetchToken();
    setTimeout(() => {
      this.#mending = false;
      this.#reconnect();
    }, 300 * this.#tokensInARow);
  }

  #reconnect(): void {
    if (!this.#closed && !this.#resting) this.socket.disconnect().connect();
  }

  #networkChanged(): void {
    // Not the next attempt's time, which may be seconds away: now.
    if (!this.socket.connected) this.#reconnect();
    this.tell('network-changed', undefined);
  }

  /** Asks once; holds the answer, also a refusal, and fails where none came. */
  async ask(event: string, payload: unknown): Promise<Answer> {
    if (!this.socket.connected) throw new Error('not connected');
    return new Promise((answer, fail) => {
      this.#carry(event, payload, (error, given) => (error ? fail(error as Error) : answer(given ?? { success: true })));
    });
  }

  /** Delivers in order and at least once, over as many connections as it takes. */
  post(event: string, payload: unknown, options?: PostOptions): Promise<Answer | undefined> {
    return this.#outbox.post(event, payload, options);
  }

  /** Gives up what still waits for a call that is over, but for its end. */
  forget(callId: string): void {
    const last = ['call_end', 'call_reject'];
    this.#outbox.forget((event, payload) => (payload as { callId?: string }).callId === callId && !last.includes(event));
  }

  /** Where the server has something. */
  address(path: string): URL {
    return new URL(path, this.#options.url ?? location.origin);
  }

  /** A POST of the server's API that needs no token: the status, also a refusal's, and what the body says. */
  async send<T extends object>(path: string, body: object): Promise<Partial<T> & { status: number }> {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(this.address(path), { method: 'POST', headers, body: JSON.stringify(body) });
    const said = await response.json().catch(() => undefined) as Partial<T> | undefined;
    return { ...said as Partial<T>, status: response.status };
  }

  /** A GET of the server's API, as this user. */
  async get<T>(path: string): Promise<T> {
    const headers = this.#token === undefined ? undefined : { Authorization: `Bearer ${this.#token}` };
    const response = await fetch(this.address(path), { headers, cache: 'no-store' });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json() as Promise<T>;
  }

  /** The user logs out: push tokens of this device go, too. */
  async signOut(): Promise<void> {
    if (this.#up) await this.ask('unregister', {}).catch(() => {});
    this.close();
  }

  /** Lets the connection go for as long as nobody is here. */
  rest(): void {
    if (this.#closed) return;
    this.#resting = true;
    this.socket.disconnect();
  }

  wake(): void {
    if (this.#closed || !this.#resting) return;
    this.#resting = false;
    this.socket.connect();
  }

  close(): void {
    this.#closed = true;
    this.#up = false;
    this.#unwatch();
    this.#outbox.close();
    this.socket.disconnect();
  }
}
