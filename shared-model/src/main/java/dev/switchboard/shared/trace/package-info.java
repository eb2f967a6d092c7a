/** Traces of calls: one for each call, over roles and nodes. */
@NullMarked
package dev.switchboard.shared.trace;

import org.jspecify.annotations.NullMarked;
