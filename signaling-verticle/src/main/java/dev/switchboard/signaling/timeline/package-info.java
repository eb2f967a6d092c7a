/**
 * The timeline of a call as clients and operators read it, and whether a user's devices would ring.
 *
 * <ol>
 *   <li>How steps come there that no script writes: {@link
 *       dev.switchboard.shared.timeline.PendingSteps}
 *   <li>How it is read and shown: {@link dev.switchboard.signaling.timeline.TimelineStore}, {@link
 *       dev.switchboard.signaling.timeline.TimelineRoutes}, and the pure {@code TimelineView} and
 *       {@code Verdicts}
 * </ol>
 */
@NullMarked
package dev.switchboard.signaling.timeline;

import org.jspecify.annotations.NullMarked;
