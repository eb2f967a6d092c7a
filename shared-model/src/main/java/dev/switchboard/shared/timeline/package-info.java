/**
 * What happened to a call, step by step, as signaling and push write it and signaling reads it.
 *
 * <ol>
 *   <li>A step and its names: {@link dev.switchboard.shared.timeline.Step}, {@link
 *       dev.switchboard.shared.timeline.StepName}, {@link
 *       dev.switchboard.shared.timeline.DropReason}
 *   <li>Where it is written: {@link dev.switchboard.shared.timeline.TimelineKeys}, {@link
 *       dev.switchboard.shared.timeline.TimelineStamp}, and {@code timeline_prelude.lua}
 *   <li>How it is read: {@link dev.switchboard.shared.timeline.Timeline}
 * </ol>
 */
@NullMarked
package dev.switchboard.shared.timeline;

import org.jspecify.annotations.NullMarked;
