/** The process as a whole: start, management, faults, layers. */
@NullMarked
package dev.switchboard.deploy;

import org.jspecify.annotations.NullMarked;
