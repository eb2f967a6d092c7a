/**
 * What a team's own back end and operators do with calls and users, and what users decide about who
 * disturbs them.
 *
 * <ol>
 *   <li>Calls: {@link dev.switchboard.signaling.control.CallControlRoutes}, {@link
 *       dev.switchboard.signaling.control.LiveCalls}, {@link
 *       dev.switchboard.signaling.control.CallRequests}
 *   <li>Users: {@link dev.switchboard.signaling.control.UserRoutes}, {@link
 *       dev.switchboard.signaling.control.UserStore}, {@link
 *       dev.switchboard.signaling.control.SignalingData}
 *   <li>Who disturbs: {@link dev.switchboard.signaling.control.QuietRoutes}, {@link
 *       dev.switchboard.signaling.control.Blocks}, {@link
 *       dev.switchboard.signaling.control.DoNotDisturb}
 * </ol>
 */
@NullMarked
package dev.switchboard.signaling.control;

import org.jspecify.annotations.NullMarked;
