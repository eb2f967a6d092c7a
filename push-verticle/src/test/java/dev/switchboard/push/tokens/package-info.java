/** Tests of the device tokens. */
@NullMarked
package dev.switchboard.push.tokens;

import org.jspecify.annotations.NullMarked;
