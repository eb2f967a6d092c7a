// Checks that a webhook is Switchboard's (standardwebhooks.com), and takes each only once.
import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 300;
const REMEMBERED = 10_000;

const keyOf = (secret) =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);

function same(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * The event, or an Error that says what is wrong.
 * @param secrets WEBHOOK_SECRET, a comma-separated list while it is changed
 * @param body the bytes as they came: what was parsed and written anew has another signature
 */
export function verify(secrets, headers, body, now = Date.now() / 1000) {
  const [id, at] = [headers['webhook-id'], Number(headers['webhook-timestamp'])];
  if (!id || !(Math.abs(now - at) <= TOLERANCE_SECONDS)) throw new Error('no id, or not of this time');
  const signed = Buffer.concat([Buffer.from(`${id}.${headers['webhook-timestamp']}.`), body]);
  const given = (headers['webhook-signature'] ?? '').split(' ').map((each) => each.split(','));
  const good = secrets.split(',').some((secret) => {
    const wanted = createHmac('sha256', keyOf(secret.trim())).update(signed).digest('base64');
    return given.some(([version, signature = '']) => version === 'v1' && same(signature, wanted));
  });
  if (!good) throw new Error('the signature is not that of WEBHOOK_SECRET');
  return JSON.parse(body.toString());
}

/** Delivery is at least once: says of each id whether it is new. A real service asks its database. */
export class Seen {
  #ids = new Set();

  isNew(id) {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > REMEMBERED) this.#ids.delete(this.#ids.values().next().value);
    return true;
  }
}
