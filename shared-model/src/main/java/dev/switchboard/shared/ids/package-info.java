/** Ids as clients write them. */
@NullMarked
package dev.switchboard.shared.ids;

import org.jspecify.annotations.NullMarked;
