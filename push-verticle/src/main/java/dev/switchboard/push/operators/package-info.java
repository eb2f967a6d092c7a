/** What may be sent by hand: by operators to anybody, by users to themselves. */
@NullMarked
package dev.switchboard.push.operators;

import org.jspecify.annotations.NullMarked;
