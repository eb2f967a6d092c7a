// One encrypted chat session: joins, seals, opens, and joins again after a break. Nothing here touches the document.

import { Keys, SessionKey, pack, passwordHash, randomText, unpack } from './seal.js';

const ANSWER_WITHIN_MS = 20_000;
const JOIN_AGAIN_AFTER_MS = 1_000;
export const MOST_FILE_BYTES = 14_000_000;

export class Refused extends Error {}

/** The link that lets somebody in; the key is behind the #, which no browser sends to a server. */
export function invitation({ sessionId, authKey, mode }) {
  const url = new URL('/', location.href);
  url.hash = `chat=${encodeURIComponent(sessionId)}&mode=${mode}&key=${encodeURIComponent(authKey)}`;
  return url.href;
}

export function readInvitation(hash) {
  const fields = new URLSearchParams(hash.replace(/^#/, ''));
  const sessionId = fields.get('chat');
  return sessionId && { sessionId, mode: fields.get('mode') ?? 'private', authKey: fields.get('key') ?? '' };
}

async function keyOf({ sessionId, authKey, mode, password }) {
  return mode === 'password' ? `${authKey}:${await passwordHash(password ?? '', sessionId)}` : authKey;
}

/** Reserves a session of our own. */
export async function reserve(mode, password) {
  const made = { sessionId: randomText(8), authKey: randomText(16), mode, password };
  const answer = await fetch('/api/reserve-session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ sessionId: made.sessionId, authKey: await keyOf(made), chatMode: mode }),
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body.error ?? `The server answered ${answer.status}.`);
  return { ...made, creator: true };
}

/**
 * Events: `joined`, `members` (list), `letter` ({id, from, mine, about, bytes, at, unreadable}), `typing` ({userId, name,
 * on}), `notice` (text), `downloaded` ({by, fileName}), `over` (text).
 */
export class Chatroom extends EventTarget {
  #socket;
  #listeners = [];
  #seen = new Set();
  #opening = Promise.resolve();

  constructor(socket, { sessionId, authKey, mode, password, creator = false }, { userId, displayName }) {
    super();
    Object.assign(this, { sessionId, authKey, mode, password, creator, userId, displayName });
    this.#socket = socket;
    this.members = new Map();
    this.joined = false;
  }

  async join() {
    this.keys = await Keys.of(this.sessionId);
    this.wireKey = await keyOf(this);
    this.#listen('connect', () => this.#enter());
    this.#listen('disconnect', () => { this.joined = false; });
    this.#listen('public-keys-updated', (list) => this.#know(list));
    this.#listen('messages-history', (list) => { this.history = list; });
    this.#listen('session-metadata', (about) => this.#inOrder(() => this.#metadata(about)));
    this.#listen('session-key-available', ({ encryptedKeys }) => this.#inOrder(() => this.#takeKey(encryptedKeys?.[this.userId])));
    this.#listen('new-message', (message) => this.#inOrder(() => this.#read(message)));
    this.#listen('user-joined', ({ displayName }) => this.#tell('notice', `${displayName} is here.`));
    this.#listen('user-left', ({ userId, displayName }) => this.#tell('notice', `${displayName ?? userId} left.`));
    this.#listen('key-changed', ({ userId }) => this.#tell('notice', `${this.#nameOf(userId)} has a new key.`));
    this.#listen('user-typing', ({ userId, displayName }) => this.#tell('typing', { userId, name: displayName, on: true }));
    this.#listen('user-stopped-typing', ({ userId }) => this.#tell('typing', { userId, on: false }));
    this.#listen('download-notification', ({ downloadedBy, fileName }) => (
      this.#tell('downloaded', { by: this.#nameOf(downloadedBy), fileName })));
    this.#listen('session-error', ({ error, message }) => this.#out(error, message));
    this.#listen('chat-error', ({ error, message }) => this.#tell('notice', message ?? error));
    if (this.#socket.connected) this.#enter();
  }

  #enter() {
    this.#socket.emit('join-session', {
      sessionId: this.sessionId,
      userId: this.userId,
      displayName: this.displayName,
      publicKey: this.keys.publicKey,
      isCreator: this.creator,
      authKey: this.wireKey,
    });
  }

  #listen(event, act) {
    this.#listeners.push([event, act]);
    this.#socket.on(event, act);
  }

  #tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  #nameOf(userId) {
    return this.members.get(userId)?.displayName ?? userId;
  }

  /** Opening takes a moment, and what came first is shown first. */
  #inOrder(act) {
    this.#opening = this.#opening.then(act).catch((error) => console.warn('chat:', error.message));
  }

  #know(list) {
    this.members = new Map(list.map((member) => [member.userId, member]));
    this.#tell('members', list);
    if (this.joined) this.#inOrder(() => this.#shareKey());
  }

  async #metadata({ chatMode, encryptedSessionKey, sessionKey }) {
    this.mode = chatMode ?? this.mode;
    await this.#takeKey(encryptedSessionKey ?? sessionKey);
    if (!this.sessionKey && this.mode === 'group' && this.creator) this.sessionKey = await SessionKey.make();
    this.joined = true;
    this.wasIn = true;
    this.#tell('joined');
    await this.#shareKey();
    for (const message of this.history ?? []) await this.#read(message);
    this.history = undefined;
  }

  /** The creator of a group wraps its key for every member whose public key is known. */
  async #shareKey() {
    if (this.mode !== 'group' || !this.creator || !this.sessionKey) return;
    const encryptedKeys = {};
    for (const { userId, publicKey } of this.members.values()) {
      if (publicKey) encryptedKeys[userId] = `${this.keys.publicKey}.${await this.keys.sealFor(publicKey, this.sessionKey.bytes)}`;
    }
    const names = JSON.stringify([...this.members.values()].map(({ userId, publicKey }) => [userId, publicKey]).sort());
    if (names === this.sharedWith) return;
    this.sharedWith = names;
    this.#socket.emit('set-session-key', { sessionId: this.sessionId, encryptedKeys });
  }

  /** Takes the session key, wrapped for this member by its maker, whose public key stands before it. */
  async #takeKey(wrapped) {
    if (!wrapped || this.mode !== 'group') return;
    const [maker, sealed] = wrapped.split('.');
    try {
      this.sessionKey = await SessionKey.of(await this.keys.openFrom(maker, sealed));
    } catch {
      return; // wrapped for a key that this window had before: the creator wraps it anew
    }
    for (const message of this.sealedYet?.splice(0) ?? []) await this.#read(message);
  }

  async #read(message) {
    const mine = message.from === this.userId;
    if (this.#seen.has(message.id)) return;
    if (this.mode === 'group' && !this.sessionKey && !mine) {
      (this.sealedYet ??= []).push(message);
      return;
    }
    this.#seen.add(message.id);
    const letter = { id: message.id, from: message.from, mine, at: message.timestamp,
      name: message.senderDisplayName ?? this.#nameOf(message.from) };
    try {
      Object.assign(letter, unpack(await this.#open(message, mine)));
    } catch {
      letter.unreadable = true;
    }
    this.#tell('letter', letter);
  }

  #open(message, mine) {
    if (mine && message.originalContent) return this.keys.openFrom(this.keys.publicKey, message.originalContent);
    if (this.mode === 'group') return this.sessionKey.open(message.encrypted);
    const sealed = JSON.parse(message.encrypted);
    return this.keys.openFrom(sealed.by, sealed.text);
  }

  /** Sends words or a file to everybody; `onProgress` hears of shares between 0 and 1. */
  async send(about, bytes, onProgress = () => {}) {
    const letter = pack(about, bytes);
    const clientMessageId = crypto.randomUUID();
    this.#seen.add(clientMessageId);
    const originalContent = await this.keys.sealFor(this.keys.publicKey, letter);
    const common = { sessionId: this.sessionId, from: this.userId, originalContent, clientMessageId,
      type: bytes?.length ? 'file' : 'text' };
    if (this.mode === 'group') {
      await this.#deliver([{ ...common, to: 'all', encrypted: await this.sessionKey.seal(letter) }], onProgress);
    } else {
      const others = [...this.members.values()].filter(({ userId, publicKey }) => userId !== this.userId && publicKey);
      if (others.length === 0) throw new Refused('Nobody else is here yet.');
      const copies = [];
      for (const { userId, publicKey } of others) {
        const sealed = { by: this.keys.publicKey, text: await this.keys.sealFor(publicKey, letter) };
        copies.push({ ...common, to: userId, encrypted: JSON.stringify(sealed) });
      }
      await this.#deliver(copies, onProgress);
    }
    return { id: clientMessageId, from: this.userId, mine: true, name: this.displayName, at: Date.now(), about,
      bytes: bytes ?? new Uint8Array() };
  }

  #deliver(copies, onProgress) {
    const socket = this.#socket;
    const id = copies[0].clientMessageId;
    const total = copies.reduce((sum, copy) => sum + copy.encrypted.length + copy.originalContent.length, 0);
    return new Promise((resolve, reject) => {
      const progress = setInterval(() => {
        const waiting = socket.io.engine?.transport?.ws?.bufferedAmount ?? 0;
        onProgress(Math.max(0, Math.min(0.99, 1 - waiting / total)));
      }, 100);
      const end = (settle, value) => {
        clearInterval(progress);
        clearTimeout(limit);
        socket.off('message-sent', sent);
        socket.off('disconnect', lost);
        settle(value);
      };
      const sent = (message) => message.id === id && end(resolve);
      const answered = ({ success, error }) => success || end(reject, new Refused(error.message));
      const lost = () => end(reject, new Refused('The connection broke. Send it again.'));
      const limit = setTimeout(() => end(reject, new Refused('The server did not take it.')),
        ANSWER_WITHIN_MS + total / 100);
      socket.on('message-sent', sent);
      socket.on('disconnect', lost);
      for (const copy of copies) socket.emit('send-message', copy, answered);
    });
  }

  typing(on) {
    const { sessionId, userId, displayName } = this;
    if (this.joined) this.#socket.emit(on ? 'typing' : 'stopped-typing', { sessionId, userId, displayName });
  }

  downloaded(letter) {
    this.#socket.emit('file-downloaded', { sessionId: this.sessionId, downloadedBy: this.userId, senderId: letter.from,
      fileName: letter.about.name, timestamp: Date.now() });
  }

  /** A join was refused, or the session is lost; a member whose server has lost its store only waits. */
  #out(error, message) {
    if (error === 'STORE_UNAVAILABLE' && this.wasIn) {
      setTimeout(() => this.#listeners.length > 0 && this.#socket.connected && this.#enter(), JOIN_AGAIN_AFTER_MS);
      return;
    }
    this.close();
    this.#tell('over', error === 'REPLACED' ? 'You joined this chat in another window.' : message ?? error);
  }

  leave() {
    this.#socket.emit('leave-session', { sessionId: this.sessionId, userId: this.userId });
    sessionStorage.removeItem(`switchboard.keys.${this.sessionId}`);
    this.close();
  }

  close() {
    for (const [event, act] of this.#listeners.splice(0)) this.#socket.off(event, act);
    this.joined = false;
  }
}
