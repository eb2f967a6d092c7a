// Requests to the server that this page came from. The token is kept in this tab alone.

const KEPT = 'switchboard-admin';
const ANSWER_MILLIS = 12_000;

let token = sessionStorage.getItem(KEPT) ?? '';

/** A request that was not answered as hoped; status 0 if nothing answered. */
export class Refused extends Error {
  constructor(status, error, detail) {
    super(detail || error);
    this.status = status;
    this.error = error;
  }
}

export const hasToken = () => token !== '';

export function setToken(given) {
  token = given.trim().replace(/^bearer\s+/i, '');
  if (token) sessionStorage.setItem(KEPT, token);
  else sessionStorage.removeItem(KEPT);
}

/** A part of a path; ids may be any text, but those two would be taken for a way up. */
export function part(id) {
  if (id === '.' || id === '..') throw new Refused(404, 'not_found', 'no id can be like that');
  return encodeURIComponent(id);
}

const HINTS = {
  0: 'This node does not answer.',
  429: 'Too many requests: wait a moment.',
  503: 'Something that this needs is away.',
};

async function refusal(answer) {
  const body = await answer.json().catch(() => ({}));
  const detail = body.error === 'Endpoint not found'
    ? 'No node knows this request.'
    : body.detail ?? HINTS[answer.status] ?? `The server answered ${answer.status}.`;
  return new Refused(answer.status, body.error ?? '', detail);
}

/** Asks; fails with Refused. A token that is no longer good is told to the whole page. */
export async function ask(method, path, body) {
  const headers = { Authorization: `Bearer ${token}`, Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      signal: AbortSignal.timeout(method === 'GET' ? ANSWER_MILLIS : 2 * ANSWER_MILLIS),
    });
  } catch {
    throw new Refused(0, 'unreachable', HINTS[0]);
  }
  if (!answer.ok) {
    const refused = await refusal(answer);
    if (refused.status === 401) dispatchEvent(new CustomEvent('refused', { detail: refused.message }));
    throw refused;
  }
  return answer.status === 204 ? {} : answer.json().catch(() => ({}));
}

export const get = (path) => ask('GET', path);
