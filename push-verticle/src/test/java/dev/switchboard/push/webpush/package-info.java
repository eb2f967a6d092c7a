@NullMarked
package dev.switchboard.push.webpush;

import org.jspecify.annotations.NullMarked;
