package dev.switchboard.deploy.chaos;

import java.util.Set;

/**
 * A promise that a history shows broken.
 *
 * @param promise which one, in words
 * @param subject the call, message or push concerned; empty if it is about users alone
 * @param users whom it concerns
 * @param found what was seen instead
 */
record Violation(String promise, String subject, Set<String> users, String found) {
  @Override
  public String toString() {
    return promise + ": " + (subject.isEmpty() ? users : subject + " of " + users) + ": " + found;
  }
}
