import { Keys, SessionKey, type Bytes } from './seal.js';
import type { ChatMessage, Member } from './wire.js';

/** One copy of a message: a group has one for all, other sessions one for each other member. */
export interface SealedCopy {
  to: string;
  encrypted: string;
}

/** What one member of a session seals and opens with: in a group the session's key, else what they share with each other one. */
export class ChatSeal {
  readonly #keys: Keys;
  #sessionKey: SessionKey | undefined;

  private constructor(keys: Keys) {
    this.#keys = keys;
  }

  /** The same keys again after a reload of the tab. */
  static async of(sessionId: string): Promise<ChatSeal> {
    return new ChatSeal(await Keys.of(sessionId));
  }

  static forget(sessionId: string): void {
    Keys.forget(sessionId);
  }

  get publicKey(): string {
    return this.#keys.publicKey;
  }

  get hasSessionKey(): boolean {
    return this.#sessionKey !== undefined;
  }

  /** The creator of a group makes its key, unless there is one. */
  async makeSessionKey(): Promise<void> {
    this.#sessionKey ??= await SessionKey.make();
  }

  /** Takes the session key, wrapped for this member by its maker, whose public key stands before it. False if it is for a former key. */
  async takeSessionKey(wrapped: string): Promise<boolean> {
    const [maker = '', sealed = ''] = wrapped.split('.');
    try {
      this.#sessionKey = await SessionKey.of(await this.#keys.openFrom(maker, sealed));
      return true;
    } catch {
      return false;
    }
  }

  /** The session key for every member who has a key to wrap it for. */
  async wrapSessionKey(members: Member[]): Promise<Record<string, string>> {
    const wrapped: Record<string, string> = {};
    for (const { userId, publicKey } of members) {
      const sealed = await this.#sealFor(publicKey, this.#sessionKey!.bytes);
      if (sealed) wrapped[userId] = `${this.publicKey}.${sealed}`;
    }
    return wrapped;
  }

  /** Undefined where there is no key: one member's bad key must not keep the others from theirs. */
  async #sealFor(publicKey: unknown, bytes: Bytes): Promise<string | undefined> {
    return typeof publicKey === 'string' ? this.#keys.sealFor(publicKey, bytes).catch(() => undefined) : undefined;
  }

  /** For this member alone, who reads it after a reload. */
  sealForSelf(letter: Bytes): Promise<string> {
    return this.#keys.sealFor(this.publicKey, letter);
  }

  async sealForGroup(letter: Bytes): Promise<SealedCopy[]> {
    return [{ to: 'all', encrypted: await this.#sessionKey!.seal(letter) }];
  }

  async sealForEach(letter: Bytes, others: Member[]): Promise<SealedCopy[]> {
    const copies = [];
    for (const { userId, publicKey } of others) {
      const text = await this.#sealFor(publicKey, letter);
      if (text) copies.push({ to: userId, encrypted: JSON.stringify({ by: this.publicKey, text }) });
    }
    return copies;
  }

  /** Fails on what is not sealed for this member. */
  async open({ encrypted, originalContent }: ChatMessage, { mine, group }: { mine: boolean; group: boolean }): Promise<Bytes> {
    if (mine && originalContent) return this.#keys.openFrom(this.publicKey, originalContent as string);
    if (group) return this.#sessionKey!.open(encrypted as string);
    const { by, text } = JSON.parse(encrypted as string) as { by: string; text: string };
    return this.#keys.openFrom(by, text);
  }
}
