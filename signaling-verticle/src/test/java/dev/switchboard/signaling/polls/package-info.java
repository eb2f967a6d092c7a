/** Tests of polls that cross nodes. */
@NullMarked
package dev.switchboard.signaling.polls;

import org.jspecify.annotations.NullMarked;
