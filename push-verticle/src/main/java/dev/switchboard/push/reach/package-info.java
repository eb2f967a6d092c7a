/** What push knows of a user's devices, for whoever asks whether they would ring. */
@NullMarked
package dev.switchboard.push.reach;

import org.jspecify.annotations.NullMarked;
