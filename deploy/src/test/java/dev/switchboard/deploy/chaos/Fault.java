package dev.switchboard.deploy.chaos;

import java.util.List;

/**
 * One fault of a plan.
 *
 * @param target which of the kind's targets: nodes are counted from 0
 * @param atMillis when it begins, since the plan does
 * @param forMillis how long it lasts
 */
record Fault(FaultKind kind, int target, long atMillis, long forMillis) {
  long untilMillis() {
    return atMillis + forMillis;
  }

  /** What a history calls its target. */
  String targetName() {
    return kind.target().nameOf(target);
  }

  /** What may have no other fault meanwhile. */
  List<String> parts() {
    return kind.target().parts(target);
  }
}
