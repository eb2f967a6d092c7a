/**
 * Fifty people use a cluster while a seeded generator breaks it: what each of them may have seen is
 * held against a model afterwards, in the manner of Jepsen's checkers.
 */
@NullMarked
package dev.switchboard.deploy.chaos;

import org.jspecify.annotations.NullMarked;
