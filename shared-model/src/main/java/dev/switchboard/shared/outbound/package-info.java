/**
 * What this process asks of others by HTTP where the address comes from outside: only endpoints on
 * the internet are spoken to ({@link dev.switchboard.shared.outbound.EndpointGuard}), unless a
 * setting says otherwise.
 */
@NullMarked
package dev.switchboard.shared.outbound;

import org.jspecify.annotations.NullMarked;
