/** Tests of the push role. */
@NullMarked
package dev.switchboard.push;

import org.jspecify.annotations.NullMarked;
