/** Malformed inputs made from a seed: generators, and what runs a property on as many as wanted. */
@NullMarked
package dev.switchboard.shared.testing.fuzz;

import org.jspecify.annotations.NullMarked;
