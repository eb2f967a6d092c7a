/** The queue's jobs: what is decided about them, and what becomes of them in Redis. */
@NullMarked
package dev.switchboard.push.queue;

import org.jspecify.annotations.NullMarked;
