/** What the tests of every module stand on: real back ends, bounded waits, a node to run in. */
@NullMarked
package dev.switchboard.shared.testing;

import org.jspecify.annotations.NullMarked;
