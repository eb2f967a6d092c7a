@NullMarked
package dev.switchboard.push.apns;

import org.jspecify.annotations.NullMarked;
