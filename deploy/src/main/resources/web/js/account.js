// Who is at this page, and where their tokens come from. It outlives a reload of the tab.

const KEY = 'switchboard.account';

export function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? undefined;
  } catch {
    return undefined;
  }
}

export function remember(account) {
  sessionStorage.setItem(KEY, JSON.stringify(account));
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

/** The user a pasted token speaks for; the server checks it, this only reads it. */
export function userOf(token) {
  try {
    const part = token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    const user = claims.userId ?? claims.sub;
    return typeof user === 'string' && user !== '' ? user : undefined;
  } catch {
    return undefined;
  }
}

export async function fetchToken(userId) {
  const response = await fetch(`/dev/token?userId=${encodeURIComponent(userId)}`, { cache: 'no-store' });
  const body = await response.json().catch(() => ({}));
  if (!response.ok || !body.token) {
    throw new Error(body.error?.message ?? body.error ?? `The server answered ${response.status}.`);
  }
  return body;
}

/** What the client gets its tokens from: first the one at hand, then newer ones. A pasted one has none after it. */
export function tokensOf({ userId, token, pasted }) {
  if (pasted) return token;
  let atHand = token;
  return async () => {
    const next = atHand ?? (await fetchToken(userId)).token;
    atHand = undefined;
    remember({ userId, token: next });
    return next;
  };
}
