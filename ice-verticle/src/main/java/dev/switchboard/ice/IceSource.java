package dev.switchboard.ice;

/** Where the list comes from; answers at once, on any thread. */
@FunctionalInterface
interface IceSource {
  IceOffer offer(Asker asker);
}
