@NullMarked
package dev.switchboard.signaling.recovery;

import org.jspecify.annotations.NullMarked;
