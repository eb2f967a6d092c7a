package dev.switchboard.push.tokens;

import dev.switchboard.shared.webhooks.WebhookEvents;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps users to so many devices each, whatever way they came: those go that have not been in use
 * of for longest. Belongs to the event loop of its reach index; futures fail as those of {@link
 * TokenStore}.
 */
public final class DeviceCap {
  private final TokenStore store;
  private final ReachIndex reach;
  private final int most;
  private final WebhookEvents webhooks;

  public DeviceCap(TokenStore store, ReachIndex reach, DeviceLimits limits) {
    this.store = store;
    this.reach = reach;
    this.most = limits.devices();
    this.webhooks = limits.webhooks();
  }

  /** Removes what is too much of those that stand behind some reach fields. */
  public Future<Void> trim(Set<ReachField> touched) {
    Set<String> users = new HashSet<>();
    touched.forEach(field -> users.add(field.userId()));
    // whom nobody has signed in for has no devices in common
    users.remove("");
    return most == 0 || users.isEmpty()
        ? Future.succeededFuture()
        : store
            .trim(List.copyOf(users), most, webhooks)
            .compose(gone -> gone.isEmpty() ? Future.succeededFuture() : reach.reconcile(gone));
  }
}
