/** The soak: many users for hours, and whether anything grows meanwhile. */
@NullMarked
package dev.switchboard.deploy.soak;

import org.jspecify.annotations.NullMarked;
