@NullMarked
package dev.switchboard.push.queue;

import org.jspecify.annotations.NullMarked;
