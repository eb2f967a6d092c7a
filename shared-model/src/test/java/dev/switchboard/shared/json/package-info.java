@NullMarked
package dev.switchboard.shared.json;

import org.jspecify.annotations.NullMarked;
