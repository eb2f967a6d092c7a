@NullMarked
package dev.switchboard.push.fcm;

import org.jspecify.annotations.NullMarked;
