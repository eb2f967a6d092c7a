/** What a process does again and again. Read {@link PeriodicTask}: there is nothing else. */
@NullMarked
package dev.switchboard.shared.schedule;

import org.jspecify.annotations.NullMarked;
