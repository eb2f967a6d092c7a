/** Jobs from the queue to the providers. */
@NullMarked
package dev.switchboard.push.send;

import org.jspecify.annotations.NullMarked;
