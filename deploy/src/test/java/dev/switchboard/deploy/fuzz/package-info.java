/** Malformed and odd inputs by the thousand, against one packaged server. */
@NullMarked
package dev.switchboard.deploy.fuzz;

import org.jspecify.annotations.NullMarked;
