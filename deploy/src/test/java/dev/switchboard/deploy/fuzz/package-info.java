/** Malformed and odd inputs, made from a seed, against one packaged server. */
@NullMarked
package dev.switchboard.deploy.fuzz;

import org.jspecify.annotations.NullMarked;
