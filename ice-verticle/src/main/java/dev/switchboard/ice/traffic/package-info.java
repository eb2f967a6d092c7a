/**
 * What relays say that they carried, by coturn's statistics in Redis, on its way to the records.
 */
@NullMarked
package dev.switchboard.ice.traffic;

import org.jspecify.annotations.NullMarked;
