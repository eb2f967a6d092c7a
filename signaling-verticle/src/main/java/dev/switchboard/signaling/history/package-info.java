/**
 * The history of calls: {@link dev.switchboard.signaling.history.CallRecords} writes what is over
 * from its stream into Postgres, {@link dev.switchboard.signaling.history.CallRoutes} answers it.
 */
@NullMarked
package dev.switchboard.signaling.history;

import org.jspecify.annotations.NullMarked;
