// What outlives a reload of the page, in the session storage of its tab; nothing where there is none.

const PREFIX = 'switchboard.';

function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // forbidden to this page
  }
}

export function recall<T>(name: string): T | undefined {
  try {
    return JSON.parse(storage()?.getItem(PREFIX + name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function keep(name: string, value: unknown): void {
  try {
    storage()?.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full: then it is lost at the next reload, no sooner.
  }
}

export function drop(name: string): void {
  storage()?.removeItem(PREFIX + name);
}

export function randomText(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
