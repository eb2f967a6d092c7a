import { ChatSeal } from './chat-seal.js';
import type { Connection } from './connection.js';
import { Emitter, type Off } from './emitter.js';
import { Outbox, type Answer } from './outbox.js';
import { Refused } from './refused.js';
import { pack, passwordHash, unpack, type About, type Bytes } from './seal.js';
import type { ChatMessage, ChatReceived, ChatSent, Member, SessionMetadataPayload, Typing } from './wire.js';

const ANSWER_WITHIN_MS = 20_000;
const JOIN_AGAIN_AFTER_MS = 1000;
/** As many as the server keeps of a session. */
const MOST_WITHOUT_KEY = 1000;
/** Refusals that time mends, for who was in. */
const PASSING = ['STORE_UNAVAILABLE', 'RATE_LIMITED'];

export type ChatMode = 'group' | 'private' | 'password';

/** What lets somebody into a session. */
export interface Invitation {
  sessionId: string;
  authKey: string;
  mode: ChatMode;
  password?: string;
  /** Who has reserved the session; it opens when they join. */
  creator?: boolean;
}

/** Who joins. */
export interface ChatName {
  /** By default the connection's; a guest must name one. */
  userId?: string;
  displayName?: string;
}

export interface Letter {
  id: string;
  from: string;
  /** The display name of who wrote it. */
  name: string;
  mine: boolean;
  /** Milliseconds since the epoch. */
  at: number;
  /** Empty if `unreadable`. */
  about: About;
  bytes: Bytes;
  /** Sealed for a key that this device does not have, or not by a client of this kind. */
  unreadable: boolean;
}

export interface ChatEvents {
  /** In the session, also after each break. */
  joined: { again: boolean };
  /** The connection broke; the chat is joined again by itself. */
  down: undefined;
  members: Member[];
  /** Each once: what was said before this member came, what others say, and after a reload the own ones. */
  message: Letter;
  presence: { userId: string; name: string; here: boolean };
  typing: { userId: string; name: string; on: boolean };
  /** Somebody goes on under another key: who compares keys compares them again. */
  'key-changed': { userId: string; name: string };
  /** Somebody has saved a file of this member's; `by` is free text. */
  downloaded: { by: string; fileName: string | null };
  /** Something was refused, and the chat goes on. */
  refused: Refused;
  /** Out of the session: `code` is the server's, `left`, or the reason for which the connection is over. */
  over: Refused;
}

/** What the server opens a session by. */
export async function wireKey({ sessionId, authKey, mode, password }: Invitation): Promise<string> {
  return mode === 'password' ? `${authKey}:${await passwordHash(password ?? '', sessionId)}` : authKey;
}

/** One encrypted session. `Chats.open` makes it; listen first, then `join`. */
export class Chat extends Emitter<ChatEvents> {
  readonly invitation: Invitation;
  readonly userId: string;
  readonly displayName: string;
  mode: ChatMode;
  members: ReadonlyMap<string, Member> = new Map();
  joined = false;
  readonly #connection: Connection;
  readonly #outbox: Outbox;
  readonly #offs: Off[] = [];
  readonly #seen = new Set<string>();
  readonly #withoutKey: ChatMessage[] = [];
  #waiting: Array<() => void> = [];
  #opening = Promise.resolve();
  #sending: Promise<unknown> = Promise.resolve();
  #seal!: ChatSeal;
  #wireKey = '';
  #history: ChatMessage[] = [];
  #sharedWith = '';
  #wasIn = false;
  #again: ReturnType<typeof setTimeout> | undefined;
  #over: Refused | undefined;

  /** @internal */
  constructor(connection: Connection, invitation: Invitation, { userId, displayName }: ChatName = {}) {
    super();
    this.#connection = connection;
    this.invitation = invitation;
    this.mode = invitation.mode;
    const name = userId ?? connection.userId;
    if (name === undefined) throw new Refused('MISSING_FIELD', 'a guest must have a userId');
    this.userId = name;
    this.displayName = displayName ?? name;
    const isIn = () => this.joined;
    this.#outbox = new Outbox({ get ready() { return isIn(); }, carry: this.#carry.bind(this) });
  }

  get #group(): boolean {
    return this.mode === 'group';
  }

  get over(): boolean {
    return this.#over !== undefined;
  }

  /** Holds when the member is in and what was said before has been told; fails with `Refused`. */
  async join(): Promise<void> {
    this.#seal = await ChatSeal.of(this.invitation.sessionId);
    this.#wireKey = await wireKey(this.invitation);
    if (this.#connection.closed) this.#out(new Refused('closed'));
    if (!this.#over && this.#offs.length === 0) this.#listen();
    await this.#until(() => this.#wasIn);
  }

  #listen(): void {
    const connection = this.#connection;
    const hear = <Name extends keyof ChatReceived>(event: Name, act: (payload: ChatReceived[Name]) => void) => (
      void this.#offs.push(connection.onServer(event, act)));
    this.#offs.push(
      connection.on('up', () => this.#enter()),
      connection.on('down', () => this.#down()),
      connection.on('over', ({ reason, message }) => this.#out(new Refused(reason, message))),
    );
    hear('public-keys-updated', (list) => this.#know(list));
    hear('messages-history', (list) => { this.#history = Array.isArray(list) ? list : []; });
    hear('session-metadata', (about) => {
      const { id } = connection.socket;
      const history = this.#history.splice(0);
      // One of an earlier connection says nothing of this one.
      this.#inOrder(() => this.#entered(about, history, () => !this.#over && connection.socket.id === id));
    });
    hear('session-key-available', ({ encryptedKeys }) => this.#inOrder(() => this.#takeKey(encryptedKeys?.[this.userId])));
    hear('new-message', (message) => this.#inOrder(() => this.#read(message)));
    hear('user-joined', ({ userId, displayName }) => this.#presence(userId, displayName, true));
    hear('user-left', ({ userId, displayName }) => this.#presence(userId, displayName, false));
    hear('key-changed', ({ userId }) => this.tell('key-changed', { userId, name: this.#nameOf(userId) }));
    hear('user-typing', (typist) => this.#typist(typist, true));
    hear('user-stopped-typing', (typist) => this.#typist(typist, false));
    hear('download-notification', ({ downloadedBy, fileName }) => (
      this.tell('downloaded', { by: this.#nameOf(String(downloadedBy)), fileName })));
    hear('session-error', ({ error, message }) => this.#refusedEntry(new Refused(error, message)));
    hear('chat-error', ({ error, message }) => this.tell('refused', new Refused(error, message)));
    if (connection.up) this.#enter();
  }

  #enter(): void {
    const { id } = this.#connection.socket;
    const payload: ChatSent['join-session'] = {
      sessionId: this.invitation.sessionId,
      userId: this.userId,
      displayName: this.displayName,
      publicKey: this.#seal.publicKey,
      isCreator: this.invitation.creator ?? false,
      authKey: this.#wireKey,
    };
    this.#carry('join-session', payload, (error, answer) => {
      if (this.#connection.socket.id !== id || this.joined) return;
      if (error) this.#enterLater();
      else if (answer?.error) this.#refusedEntry(new Refused(answer.error.code, answer.error.message));
    });
  }

  #enterLater(): void {
    this.#again ??= setTimeout(() => {
      this.#again = undefined;
      if (!this.#over && this.#connection.up) this.#enter();
    }, JOIN_AGAIN_AFTER_MS);
  }

  /** A join was refused, or the session is lost; a member whose server has lost its store only waits. */
  #refusedEntry(refused: Refused): void {
    if (this.#over) return;
    if (this.#wasIn && PASSING.includes(refused.code)) this.#enterLater();
    else this.#out(refused);
  }

  #down(): void {
    const was = this.joined;
    this.joined = false;
    this.#outbox.lost();
    if (was) this.tell('down', undefined);
  }

  #carry(event: string, payload: unknown, answered: (error: unknown, answer?: Answer) => void): void {
    const { encrypted = '', originalContent = '' } = payload as { encrypted?: string; originalContent?: string };
    // A file takes its time; sent again while it is on its way it would take twice that.
    const within = ANSWER_WITHIN_MS + (encrypted.length + originalContent.length) / 100;
    this.#connection.socket.timeout(within).emit(event, payload, answered);
  }

  #say<Name extends keyof ChatSent>(event: Name, payload: Omit<ChatSent[Name], 'sessionId'>): void {
    if (this.joined) this.#connection.socket.emit(event as string, { sessionId: this.invitation.sessionId, ...payload });
  }

  #nameOf(userId: string): string {
    return this.members.get(userId)?.displayName ?? userId;
  }

  #presence(userId: string, displayName: string | null | undefined, here: boolean): void {
    this.tell('presence', { userId, name: displayName ?? this.#nameOf(userId), here });
  }

  #typist({ userId, displayName }: Typing, on: boolean): void {
    this.tell('typing', { userId, name: displayName ?? this.#nameOf(userId), on });
  }

  /** Opening takes a moment, and what came first is told first. */
  #inOrder(act: () => Promise<void>): void {
    this.#opening = this.#opening.then(act).catch((error) => console.warn('switchboard: chat:', error));
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.#over) throw this.#over;
      await new Promise<void>((turn) => this.#waiting.push(turn));
    }
  }

  #stir(): void {
    for (const turn of this.#waiting.splice(0)) turn();
  }

  #know(list: Member[]): void {
    if (!Array.isArray(list)) return;
    this.members = new Map(list.map((member) => [member.userId, member]));
    this.tell('members', list);
    this.#stir();
    if (this.joined) this.#inOrder(() => this.#shareKey());
  }

  async #entered(metadata: SessionMetadataPayload, history: ChatMessage[], current: () => boolean): Promise<void> {
    const { chatMode, encryptedSessionKey, sessionKey } = metadata;
    this.mode = chatMode ?? this.mode;
    await this.#takeKey(encryptedSessionKey ?? sessionKey);
    if (this.#group && this.invitation.creator) await this.#seal.makeSessionKey();
    if (!current()) return;
    const again = this.#wasIn;
    this.joined = true;
    this.#wasIn = true;
    this.#sharedWith = '';
    this.tell('joined', { again });
    await this.#shareKey();
    for (const message of history) await this.#read(message);
    this.#outbox.flush();
    this.#stir();
  }

  /** The creator of a group wraps its key for the others whenever they are others. */
  async #shareKey(): Promise<void> {
    if (!this.#group || !this.invitation.creator || !this.#seal.hasSessionKey) return;
    const members = [...this.members.values()];
    const names = JSON.stringify(members.map(({ userId, publicKey }) => [userId, publicKey]).sort());
    if (names === this.#sharedWith) return;
    const encryptedKeys = await this.#seal.wrapSessionKey(members);
    this.#sharedWith = names;
    this.#say('set-session-key', { encryptedKeys });
  }

  /** One that is wrapped for a key that this member had before is wrapped anew by the creator. */
  async #takeKey(wrapped: unknown): Promise<void> {
    if (typeof wrapped !== 'string' || !this.#group || !(await this.#seal.takeSessionKey(wrapped))) return;
    this.#stir();
    for (const message of this.#withoutKey.splice(0)) await this.#read(message);
  }

  async #read(message: ChatMessage): Promise<void> {
    const mine = message.from === this.userId;
    if (this.#over || this.#seen.has(message.id)) return;
    if (this.#group && !this.#seal.hasSessionKey && !mine && this.#withoutKey.length < MOST_WITHOUT_KEY) {
      this.#withoutKey.push(message);
      return;
    }
    this.#seen.add(message.id);
    const { id, from, timestamp: at, senderDisplayName } = message;
    const opened = await this.#seal.open(message, { mine, group: this.#group }).then(unpack).catch(() => undefined);
    const { about, bytes } = opened ?? { about: {}, bytes: new Uint8Array() };
    this.tell('message', { id, from, name: senderDisplayName ?? this.#nameOf(from), mine, at, about, bytes, unreadable: !opened });
  }

  /**
   * Words, or a file by its name, type and bytes. Holds when the server has it, over as many breaks as it takes, and in a session
   * for two waits for the other's key. Messages are taken in order, each once. Fails with `Refused`.
   */
  async send(what: string | About, bytes?: Bytes): Promise<Letter> {
    const about = typeof what === 'string' ? { text: what } : what;
    const letter = pack(about, bytes);
    const id = crypto.randomUUID();
    this.#seen.add(id);
    // One after the other: a later one must not overtake one that was refused for a moment.
    const sent = this.#sending.then(() => this.#deliver(id, letter, bytes?.length ? 'file' : 'text'));
    this.#sending = sent.catch(() => {});
    await sent;
    return { id, from: this.userId, name: this.displayName, mine: true, at: Date.now(), about, bytes: bytes ?? new Uint8Array(),
      unreadable: false };
  }

  async #deliver(clientMessageId: string, letter: Bytes, type: string): Promise<void> {
    // Who is there now: one who drops while it is sealed finds it on coming back.
    let others: Member[] = [];
    await this.#until(() => {
      others = this.#others();
      return this.#wasIn && (this.#group ? this.#seal.hasSessionKey : others.length > 0);
    });
    if (this.#over) throw this.#over;
    const originalContent = await this.#seal.sealForSelf(letter);
    const common = { sessionId: this.invitation.sessionId, from: this.userId, originalContent, clientMessageId, type };
    const sealed = await (this.#group ? this.#seal.sealForGroup(letter) : this.#seal.sealForEach(letter, others));
    const copies: Array<ChatSent['send-message']> = sealed.map((copy) => ({ ...common, ...copy }));
    if (copies.length === 0) throw new Refused('INVALID_KEY', 'the other member’s public key is none');
    for (const answer of await Promise.all(copies.map((copy) => this.#outbox.post('send-message', copy)))) {
      if (!answer) throw this.#over ?? new Refused('left');
      if (answer.error) throw new Refused(answer.error.code, answer.error.message);
    }
  }

  #others(): Member[] {
    return [...this.members.values()].filter(({ userId, publicKey }) => userId !== this.userId && publicKey);
  }

  typing(on: boolean): void {
    this.#say(on ? 'typing' : 'stopped-typing', { userId: this.userId, displayName: this.displayName });
  }

  /** Tells who sent a file that this member has saved it. */
  downloaded({ from, about }: Letter): void {
    this.#say('file-downloaded', { downloadedBy: this.userId, senderId: from, fileName: about.name ?? null, timestamp: Date.now() });
  }

  /** The seat is free at once, and the keys are gone. What has no answer yet is given up. */
  leave(): void {
    this.#say('leave-session', { userId: this.userId });
    ChatSeal.forget(this.invitation.sessionId);
    this.close();
  }

  /** Stops here, without a word to the others: as after a reload, the same keys can join again. */
  close(): void {
    this.#out(new Refused('left'));
  }

  #out(refused: Refused): void {
    if (this.#over) return;
    this.#over = refused;
    this.joined = false;
    clearTimeout(this.#again);
    for (const off of this.#offs.splice(0)) off();
    this.#outbox.close();
    this.#stir();
    this.tell('over', refused);
  }
}
