// Tokens of your users, signed with the secret that Switchboard checks them by. They live an hour at most: the page fetches a new one.
import { createHmac } from 'node:crypto';

const HOUR = 3600;
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * A token for somebody whom your own sign-in has let in.
 * @param secret JWT_SECRET; of a list, the first signs
 * @param name what callees are shown with CALLER_NAME=claims
 */
export function mint(secret, { userId, name }, now = Math.floor(Date.now() / 1000)) {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ userId, name, iat: now, exp: now + HOUR })}`;
  return `${signed}.${createHmac('sha256', secret.split(',')[0]).update(signed).digest('base64url')}`;
}
