// End-to-end encryption of a chat, as the server's page does it: each member has an ECDH pair on P-256. What two members share
// seals messages between them (private and password sessions), or a session key made by the creator (group sessions). All that is
// sealed is AES-GCM under a fresh nonce, as base64 of nonce and ciphertext.

import { drop, keep, recall } from './storage.js';

export type Bytes = Uint8Array<ArrayBuffer>;

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const NONCE_BYTES = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function toBase64(bytes: Bytes): string {
  let text = '';
  // In pieces: a file is more arguments than a call can take.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** What a password session is opened by: the server can compare it, and never learns the password. */
export async function passwordHash(password: string, sessionId: string): Promise<string> {
  const material = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits']);
  const salt = encoder.encode(`switchboard chat ${sessionId}`);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 210_000 }, material, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function seal(key: CryptoKey, bytes: Bytes): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, bytes));
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE_BYTES);
  return toBase64(whole);
}

async function open(key: CryptoKey, text: string): Promise<Bytes> {
  const whole = fromBase64(text);
  const iv = whole.subarray(0, NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, whole.subarray(NONCE_BYTES)));
}

interface KeptPair {
  secret: JsonWebKey;
  open: JsonWebKey;
}

/** The pair of this member in one session; the secret half never leaves the device. */
export class Keys {
  readonly publicKey: string;
  readonly #secret: CryptoKey;
  readonly #shared = new Map<string, CryptoKey>();

  private constructor(publicKey: string, secret: CryptoKey) {
    this.publicKey = publicKey;
    this.#secret = secret;
  }

  /** The same again after a reload of the tab, where there is one. */
  static async of(sessionId: string): Promise<Keys> {
    const { subtle } = crypto;
    let kept = recall<KeptPair>(`keys.${sessionId}`);
    if (!kept) {
      const pair = await subtle.generateKey(CURVE, true, ['deriveKey']);
      kept = { secret: await subtle.exportKey('jwk', pair.privateKey), open: await subtle.exportKey('jwk', pair.publicKey) };
      keep(`keys.${sessionId}`, kept);
    }
    const secret = await subtle.importKey('jwk', kept.secret, CURVE, false, ['deriveKey']);
    const open = await subtle.importKey('jwk', kept.open, CURVE, true, []);
    return new Keys(toBase64(new Uint8Array(await subtle.exportKey('raw', open))), secret);
  }

  static forget(sessionId: string): void {
    drop(`keys.${sessionId}`);
  }

  /** The key that this pair and another member's public key agree on. Fails if that is none. */
  async #sharedWith(publicKey: string): Promise<CryptoKey> {
    const known = this.#shared.get(publicKey);
    if (known) return known;
    const theirs = await crypto.subtle.importKey('raw', fromBase64(publicKey), CURVE, false, []);
    const shared = await crypto.subtle.deriveKey({ name: 'ECDH', public: theirs }, this.#secret, { name: 'AES-GCM', length: 256 },
      false, ['encrypt', 'decrypt']);
    this.#shared.set(publicKey, shared);
    return shared;
  }

  async sealFor(publicKey: string, bytes: Bytes): Promise<string> {
    return seal(await this.#sharedWith(publicKey), bytes);
  }

  async openFrom(publicKey: string, text: string): Promise<Bytes> {
    return open(await this.#sharedWith(publicKey), text);
  }
}

/** The key of a group session. */
export class SessionKey {
  readonly bytes: Bytes;
  readonly #key: CryptoKey;

  private constructor(bytes: Bytes, key: CryptoKey) {
    this.bytes = bytes;
    this.#key = key;
  }

  static make(): Promise<SessionKey> {
    return SessionKey.of(crypto.getRandomValues(new Uint8Array(32)));
  }

  static async of(bytes: Bytes): Promise<SessionKey> {
    return new SessionKey(bytes, await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']));
  }

  seal(bytes: Bytes): Promise<string> {
    return seal(this.#key, bytes);
  }

  open(text: string): Promise<Bytes> {
    return open(this.#key, text);
  }
}

/** What a message is: words, or a file by its name and media type. An app may add fields of its own. */
export interface About {
  text?: string;
  name?: string;
  type?: string;
  [field: string]: unknown;
}

/** What it is in JSON, then the bytes of a file if it holds one. */
export function pack(about: About, bytes: Bytes = new Uint8Array()): Bytes {
  const head = encoder.encode(JSON.stringify(about));
  const whole = new Uint8Array(4 + head.length + bytes.length);
  new DataView(whole.buffer).setUint32(0, head.length);
  whole.set(head, 4);
  whole.set(bytes, 4 + head.length);
  return whole;
}

/** Fails on what no `pack` has made: a member may seal anything. */
export function unpack(whole: Bytes): { about: About; bytes: Bytes } {
  const end = 4 + new DataView(whole.buffer, whole.byteOffset, whole.byteLength).getUint32(0);
  const about = JSON.parse(decoder.decode(whole.subarray(4, end))) as About;
  const asSaid = [about.text, about.name, about.type].every((field) => field === undefined || typeof field === 'string');
  if (typeof about !== 'object' || Array.isArray(about) || !asSaid) throw new TypeError('no letter');
  return { about, bytes: whole.subarray(end) };
}
