package dev.switchboard.deploy.chaos;

import java.util.stream.Stream;

/** Something that the product promises to its users, and how a history shows it broken. */
interface Promise {
  /** Where it was not kept. */
  Stream<Violation> broken(History history);
}
