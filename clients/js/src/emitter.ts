/** Takes a listener away again. */
export type Off = () => void;

type Listener = (detail: never) => void;

/** Events with types: `Events` maps each name to what its listeners get. */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>();

  on<Name extends keyof Events>(event: Name, listener: (detail: Events[Name]) => void): Off {
    const known = this.#listeners.get(event) ?? new Set<Listener>();
    this.#listeners.set(event, known.add(listener as Listener));
    return () => void known.delete(listener as Listener);
  }

  protected tell<Name extends keyof Events>(event: Name, detail: Events[Name]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as (detail: Events[Name]) => void)(detail);
      } catch (error) {
        // A fault of the app's is the app's: the other listeners and the call go on.
        queueMicrotask(() => { throw error; });
      }
    }
  }
}
