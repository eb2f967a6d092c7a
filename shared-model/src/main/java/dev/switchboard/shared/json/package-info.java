/** How deeply JSON may be nested, wherever it comes from. */
@NullMarked
package dev.switchboard.shared.json;

import org.jspecify.annotations.NullMarked;
