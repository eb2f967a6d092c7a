import type { Connection } from './connection.js';
import { Refused } from './refused.js';
import { Room } from './room.js';

const CODE_LIVES_SECONDS = 600;
const LOOK_EVERY_MS = 1500;

interface RoomAnswer {
  roomid?: string;
  error?: string;
  details?: string;
}

export interface OfferOptions {
  /** Until when somebody must have entered the code. Default 600, at most a day. */
  expiresInSeconds?: number;
  /** Gives up waiting. */
  signal?: AbortSignal | undefined;
}

/** Rooms for two by join code: who offers a code waits until the other enters it. All fail with `Refused`. */
export class Rooms {
  readonly #connection: Connection;
  readonly #open = new Set<Room>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async #ask(path: string, body: object, ...good: number[]): Promise<RoomAnswer & { status: number }> {
    const answer = await this.#connection.send<RoomAnswer>(path, body);
    if (!good.includes(answer.status)) throw new Refused(answer.error ?? String(answer.status), answer.details ?? answer.error);
    return answer;
  }

  /** Makes a code, `conflict` if it is taken. */
  async reserve(joinid: string, expiresInSeconds = CODE_LIVES_SECONDS): Promise<void> {
    await this.#ask('/api/rooms', { joinid, client1: this.#connection.deviceId, expiresInSeconds }, 201);
  }

  /** The room of a code of one's own; undefined as long as nobody has entered it. */
  async check(joinid: string): Promise<string | undefined> {
    return (await this.#ask('/api/rooms/check', { joinid, client1: this.#connection.deviceId }, 200, 204)).roomid;
  }

  /** Enters somebody's code: its room. */
  async accept(joinid: string): Promise<string> {
    const { roomid } = await this.#ask('/api/rooms/accept', { joinid, client2: this.#connection.deviceId }, 200);
    return roomid!;
  }

  /** Makes a code and waits until somebody enters it: the room that they are in. */
  async offer(joinid: string, { expiresInSeconds, signal }: OfferOptions = {}): Promise<string> {
    await this.reserve(joinid, expiresInSeconds);
    return this.entered(joinid, { signal });
  }

  /** Waits until somebody has entered a code of one's own: the room that they are in. */
  async entered(joinid: string, { signal }: Pick<OfferOptions, 'signal'> = {}): Promise<string> {
    for (;;) {
      signal?.throwIfAborted();
      const roomId = await this.check(joinid);
      if (roomId) return roomId;
      await new Promise((later) => { setTimeout(later, LOOK_EVERY_MS); });
    }
  }

  /** Joins a room, and again after every break. Any text of at most 128 characters is a room, too. */
  open(roomId: string): Room {
    const room = new Room(this.#connection, roomId);
    this.#open.add(room);
    room.on('over', () => this.#open.delete(room));
    return room;
  }

  /** @internal */
  close(): void {
    for (const room of [...this.#open]) room.leave();
  }
}
