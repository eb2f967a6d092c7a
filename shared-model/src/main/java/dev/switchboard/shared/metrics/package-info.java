/** The names of all metrics, in one place. */
@NullMarked
package dev.switchboard.shared.metrics;

import org.jspecify.annotations.NullMarked;
