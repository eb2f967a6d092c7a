import type { Connection } from './connection.js';
import { Emitter, type Off } from './emitter.js';
import { watchPage } from './lifecycle.js';
import { Refused } from './refused.js';
import type { RoomReceived, RoomSent } from './wire.js';

const AGAIN_AFTER_MS = 1000;
/** Of two in a row the first must have been answered, or the way is lost. */
const PING_EVERY_MS = 20_000;
const OPEN = 1;

const SIGNALS = ['webrtc_offer', 'webrtc_answer', 'ice_candidate', 'key_exchange', 'key_exchange_complete'] as const;
type SignalType = (typeof SIGNALS)[number];
/** What is handed to the one opposite; fields beyond the server's arrive, too. */
export type Signal = Extract<RoomSent, { type: SignalType }> & { [field: string]: unknown };
export type ReceivedSignal = Extract<RoomReceived, { type: SignalType }>;

export interface RoomEvents {
  /** In the room, also after each break. */
  joined: { ready: boolean; again: boolean };
  /** Both are in: the initiator makes the offer. After a break it is told again, and the handshake begins anew. */
  ready: { isInitiator: boolean };
  /** From the one opposite, as it came: check it like anything from outside. */
  signal: ReceivedSignal;
  /** The one opposite left, or only dropped and may come back. */
  'peer-left': { dropped: boolean };
  /** The connection broke; the room is joined again by itself. */
  down: undefined;
  /** Something was refused, and the room goes on. */
  refused: Refused;
  /** Out of the room: `code` is `full`, `deleted`, `replaced` (the same device is in it elsewhere), `left`, or the server's. */
  over: Refused;
}

/** A room for two, which carries their handshake. `Rooms.open` makes it and joins. */
export class Room extends Emitter<RoomEvents> {
  readonly roomId: string;
  /** The one opposite is here. */
  ready = false;
  isInitiator = false;
  joined = false;
  readonly #connection: Connection;
  readonly #unwatch: Off;
  #socket: WebSocket | undefined;
  #wasIn = false;
  #over = false;
  #resting = false;
  #heard = true;
  #again: ReturnType<typeof setTimeout> | undefined;
  #pings: ReturnType<typeof setInterval> | undefined;

  /** @internal */
  constructor(connection: Connection, roomId: string) {
    super();
    if (typeof WebSocket === 'undefined') throw new Refused('NO_WEBSOCKET', 'rooms need a global WebSocket');
    this.#connection = connection;
    this.roomId = roomId;
    this.#unwatch = watchPage({
      rest: () => this.#rest(),
      wake: () => this.#wake(),
      networkChanged: () => (this.#socket?.readyState === OPEN ? this.#ping() : this.#connect()),
    });
    this.#connect();
  }

  get over(): boolean {
    return this.#over;
  }

  /** @internal What a test or an app may break or watch. */
  get socket(): WebSocket | undefined {
    return this.#socket;
  }

  #connect(): void {
    if (this.#over || this.#resting) return;
    this.#lost();
    const url = this.#connection.address('/ws');
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    this.#socket = socket;
    const current = () => this.#socket === socket;
    socket.onopen = () => {
      if (!current()) return;
      this.#send({ type: 'join_room', roomId: this.roomId, deviceId: this.#connection.deviceId });
      this.#heard = true;
      this.#pings = setInterval(() => this.#ping(), PING_EVERY_MS);
    };
    socket.onmessage = ({ data }) => {
      this.#heard = true;
      if (current()) this.#hear(data);
    };
    // A close follows.
    socket.onerror = () => {};
    socket.onclose = () => {
      if (!current()) return;
      this.#lost();
      if (!this.#over && !this.#resting) this.#again = setTimeout(() => this.#connect(), AGAIN_AFTER_MS);
    };
  }

  /** A socket can be dead for minutes before anything says so. */
  #ping(): void {
    if (!this.#heard) {
      this.#connect();
      return;
    }
    this.#heard = false;
    this.#send({ type: 'ping' });
  }

  /** The socket is no longer of interest, whatever becomes of it. */
  #lost(): void {
    clearTimeout(this.#again);
    clearInterval(this.#pings);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    const was = this.joined;
    this.joined = false;
    this.ready = false;
    if (was && !this.#over) this.tell('down', undefined);
  }

  #rest(): void {
    this.#resting = true;
    this.#lost();
  }

  #wake(): void {
    if (!this.#resting) return;
    this.#resting = false;
    this.#connect();
  }

  #send(message: RoomSent): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  #hear(data: unknown): void {
    let message: RoomReceived;
    try {
      message = JSON.parse(data as string) as RoomReceived;
    } catch {
      return;
    }
    if (message) this.#take(message);
  }

  #take(message: RoomReceived): void {
    switch (message.type) {
      case 'room_joined':
        this.#joinedAs(message);
        break;
      case 'room_ready':
        this.ready = true;
        this.isInitiator = message.isInitiator;
        this.tell('ready', { isInitiator: message.isInitiator });
        break;
      case 'peer_left':
      case 'peer_disconnected':
        this.ready = false;
        this.tell('peer-left', { dropped: message.type === 'peer_disconnected' });
        break;
      case 'room_full':
        this.#out(new Refused('full', message.error));
        break;
      case 'room_deleted':
        this.#out(new Refused('deleted'));
        break;
      case 'left_room':
        this.#out(new Refused('replaced'));
        break;
      case 'error':
        this.#refused(new Refused(message.code ?? 'error', message.error), message.retryAfterMs);
        break;
      default:
        if ((SIGNALS as readonly string[]).includes(message.type)) this.tell('signal', message as ReceivedSignal);
    }
  }

  #joinedAs({ isInitiator, ready }: Extract<RoomReceived, { type: 'room_joined' }>): void {
    const again = this.#wasIn;
    this.joined = true;
    this.#wasIn = true;
    this.isInitiator = isInitiator;
    this.tell('joined', { ready, again });
  }

  /** A join that time mends is tried again. */
  #refused(refused: Refused, retryAfterMs = AGAIN_AFTER_MS): void {
    if (this.joined) {
      this.tell('refused', refused);
    } else if (['E429', 'E503'].includes(refused.code)) {
      clearTimeout(this.#again);
      this.#again = setTimeout(() => this.#connect(), retryAfterMs);
    } else {
      this.#out(refused);
    }
  }

  /** Hands something to the one opposite; false if nobody is there to get it, and `ready` will come again. */
  signal(message: Signal): boolean {
    return this.ready && this.#send(message);
  }

  /** Has the other person's device told that somebody waits, at most once a minute. */
  pingPeer(): boolean {
    return this.joined && this.#send({ type: 'ping_peer' });
  }

  leave(): void {
    this.#send({ type: 'leave_room' });
    this.#out(new Refused('left'));
  }

  #out(refused: Refused): void {
    if (this.#over) return;
    this.#over = true;
    this.#unwatch();
    this.#lost();
    this.tell('over', refused);
  }
}
