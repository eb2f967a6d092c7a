// End-to-end encryption of a chat: keys that never leave the browser. Each member has an ECDH pair on P-256; what two
// members share seals messages between them (private and password sessions), or a session key made by the creator
// (group sessions). Everything sealed is AES-GCM under a fresh nonce, as base64 of nonce and ciphertext.

const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const NONCE_BYTES = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function toBase64(bytes) {
  let text = '';
  // In pieces: a file is more arguments than a call can take.
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function fromBase64(text) {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

export function randomText(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** What a password room is opened by: the server can compare it, and never learns the password. */
export async function passwordHash(password, sessionId) {
  const material = await crypto.subtle.importKey('raw', encoder.encode(password), 'PBKDF2', false, ['deriveBits']);
  const salt = encoder.encode(`switchboard chat ${sessionId}`);
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 210_000 }, material, 256);
  return [...new Uint8Array(bits)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function seal(key, bytes) {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, bytes));
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(nonce);
  whole.set(sealed, NONCE_BYTES);
  return toBase64(whole);
}

async function open(key, text) {
  const whole = fromBase64(text);
  const iv = whole.subarray(0, NONCE_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, whole.subarray(NONCE_BYTES)));
}

export class Keys {
  #pair;
  #shared = new Map();

  /** The pair of this window for a session; the same again after a reload. */
  static async of(sessionId) {
    const place = `switchboard.keys.${sessionId}`;
    const keys = new Keys();
    const kept = JSON.parse(sessionStorage.getItem(place) ?? 'null');
    if (kept) {
      keys.#pair = {
        privateKey: await crypto.subtle.importKey('jwk', kept.secret, CURVE, false, ['deriveKey']),
        publicKey: await crypto.subtle.importKey('jwk', kept.open, CURVE, true, []),
      };
    } else {
      keys.#pair = await crypto.subtle.generateKey(CURVE, true, ['deriveKey']);
      sessionStorage.setItem(place, JSON.stringify({
        secret: await crypto.subtle.exportKey('jwk', keys.#pair.privateKey),
        open: await crypto.subtle.exportKey('jwk', keys.#pair.publicKey),
      }));
    }
    keys.publicKey = toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', keys.#pair.publicKey)));
    return keys;
  }

  /** The key that this pair and another member's public key agree on. */
  async #sharedWith(publicKey) {
    if (!this.#shared.has(publicKey)) {
      const theirs = await crypto.subtle.importKey('raw', fromBase64(publicKey), CURVE, false, []);
      this.#shared.set(publicKey, await crypto.subtle.deriveKey(
        { name: 'ECDH', public: theirs }, this.#pair.privateKey, { name: 'AES-GCM', length: 256 }, false,
        ['encrypt', 'decrypt']));
    }
    return this.#shared.get(publicKey);
  }

  async sealFor(publicKey, bytes) {
    return seal(await this.#sharedWith(publicKey), bytes);
  }

  async openFrom(publicKey, text) {
    return open(await this.#sharedWith(publicKey), text);
  }
}

/** The key of a group session. */
export class SessionKey {
  static async make() {
    return SessionKey.of(crypto.getRandomValues(new Uint8Array(32)));
  }

  static async of(bytes) {
    const made = new SessionKey();
    made.bytes = bytes;
    made.key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    return made;
  }

  seal(bytes) {
    return seal(this.key, bytes);
  }

  open(text) {
    return open(this.key, text);
  }
}

/** A letter: what it is in JSON, then the bytes of a file if it holds one. */
export function pack(about, bytes = new Uint8Array()) {
  const head = encoder.encode(JSON.stringify(about));
  const whole = new Uint8Array(4 + head.length + bytes.length);
  new DataView(whole.buffer).setUint32(0, head.length);
  whole.set(head, 4);
  whole.set(bytes, 4 + head.length);
  return whole;
}

export function unpack(whole) {
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0);
  return { about: JSON.parse(decoder.decode(whole.subarray(4, 4 + length))), bytes: whole.subarray(4 + length) };
}
