/** Redis Streams as a durable queue: groups and leases. Knows nothing of pushes. */
@NullMarked
package dev.switchboard.push.stream;

import org.jspecify.annotations.NullMarked;
