package dev.switchboard.shared.users;

import dev.switchboard.shared.bus.BusAddresses;
import dev.switchboard.shared.redis.StoreUnavailableException;
import dev.switchboard.shared.role.Role;
import dev.switchboard.shared.role.RoleName;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What all roles keep of a user, wherever they run. */
public final class UserData {
  private static final long ANSWER_MILLIS = 3_000;

  private final EventBus bus;

  public UserData(EventBus bus) {
    this.bus = bus;
  }

  /**
   * What is kept.
   *
   * @param parts the members of all roles' answers
   * @param missing names of roles that no process runs
   */
  public record Kept(JsonObject parts, JsonArray missing) {
    /** True if nothing is known of the user. */
    public boolean isNothing() {
      return parts.isEmpty();
    }
  }

  /** Answers for a role of this process; completes when every node knows. */
  public Future<Void> serve(Role role) {
    return bus.<String>consumer(BusAddresses.userData(role.name()))
        .handler(
            asked ->
                role.export(asked.body())
                    .onSuccess(asked::reply)
                    .onFailure(failure -> asked.fail(0, String.valueOf(failure.getMessage()))))
        .completion();
  }

  /** Asks every role; fails with {@link StoreUnavailableException} if one can't tell now. */
  public Future<Kept> of(String userId) {
    JsonArray missing = new JsonArray();
    List<Future<JsonObject>> asked = new ArrayList<>();
    for (RoleName role : RoleName.values()) {
      asked.add(ask(role, userId, missing));
    }
    return Future.all(asked)
        .map(
            all -> {
              JsonObject parts = new JsonObject();
              asked.forEach(part -> parts.mergeIn(part.result()));
              return new Kept(parts, missing);
            });
  }

  private Future<JsonObject> ask(RoleName role, String userId, JsonArray missing) {
    return bus.<JsonObject>request(
            BusAddresses.userData(role),
            userId,
            new DeliveryOptions().setSendTimeout(ANSWER_MILLIS))
        .map(answer -> answer.body())
        .recover(
            failure -> {
              if (failure instanceof ReplyException refused
                  && refused.failureType() == ReplyFailure.NO_HANDLERS) {
                missing.add(role.wireName());
                return Future.succeededFuture(new JsonObject());
              }
              return Future.failedFuture(
                  new StoreUnavailableException("the role " + role.wireName(), failure));
            });
  }
}
