/** Tests of what becomes of a job. */
@NullMarked
package dev.switchboard.push.send;

import org.jspecify.annotations.NullMarked;
