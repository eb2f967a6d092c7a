/** One node at a time: {@link dev.switchboard.push.lease.Lease}, which is all there is. */
@NullMarked
package dev.switchboard.push.lease;

import org.jspecify.annotations.NullMarked;
