@NullMarked
package dev.switchboard.signaling.authorize;

import org.jspecify.annotations.NullMarked;
