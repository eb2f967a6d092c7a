import type { Off } from './emitter.js';

/** The browser's own word on the network, where it has one: Chromium's does, on phones. */
interface NetworkInformation extends EventTarget {
  type?: string;
}

export interface PageWatcher {
  /** Nobody is at the page, though the browser may keep it for the way back. */
  rest(): void;
  /** Somebody is back. */
  wake(): void;
  /** The machine has another way to the network, or has one again. */
  networkChanged(): void;
}

/** Watches the life of the page and of its network; does nothing where there is no page. */
export function watchPage(watcher: PageWatcher): Off {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {};
  const aborts = new AbortController();
  const { signal } = aborts;
  // A page in the back/forward cache keeps its sockets, and would ring where nobody is. One that is unloaded loses them.
  window.addEventListener('pagehide', ({ persisted }) => persisted && watcher.rest(), { signal });
  window.addEventListener('pageshow', ({ persisted }) => persisted && watcher.wake(), { signal });
  // A frozen tab runs no script: its pings go unanswered, and its calls unheard.
  document.addEventListener('freeze', () => watcher.rest(), { signal });
  document.addEventListener('resume', () => watcher.wake(), { signal });
  window.addEventListener('online', () => watcher.networkChanged(), { signal });
  const network = (navigator as Navigator & { connection?: NetworkInformation }).connection;
  let type = network?.type;
  network?.addEventListener('change', () => {
    // It also changes with each new estimate of the speed.
    if (network.type === type) return;
    type = network.type;
    if (type !== 'none') watcher.networkChanged();
  }, { signal });
  return () => aborts.abort();
}
