/**
 * What the roles ask of push: jobs on the durable queue, tokens, reach.
 *
 * <ol>
 *   <li>The streams and keys: {@link dev.switchboard.shared.push.PushJobs}
 *   <li>One job: {@link dev.switchboard.shared.push.JobField}
 *   <li>Why it is pushed, for how long, how urgently: {@link dev.switchboard.shared.push.Cause},
 *       {@link dev.switchboard.shared.push.Urgency}
 * </ol>
 */
@NullMarked
package dev.switchboard.shared.push;

import org.jspecify.annotations.NullMarked;
