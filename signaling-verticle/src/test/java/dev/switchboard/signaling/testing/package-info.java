/** What tests of calls, chat and rooms share. */
@NullMarked
package dev.switchboard.signaling.testing;

import org.jspecify.annotations.NullMarked;
