package dev.switchboard.push.receipts;

import dev.switchboard.push.http.Fields;
import dev.switchboard.shared.http.Answers;
import dev.switchboard.shared.http.BadFieldException;
import dev.switchboard.shared.http.DetailRefusals;
import dev.switchboard.shared.http.HttpAccess;
import dev.switchboard.shared.http.HttpApi;
import dev.switchboard.shared.http.RefusedException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/push/receipts}: an app that a push has woken says so. It has no token then; what
 * came in the push stands for it. One an edge, on its event loop.
 */
public final class ReceiptRoutes {
  private static final String RECEIPTS = "/v1/push/receipts";
  private static final int BODY_LIMIT = 4 * 1024;
  private static final int ID_MAX = 128;
  private static final int RECEIPT_MAX = 1_024;

  /** Many phones may share an address; guessing 128 bits is no use anyway. */
  private static final HttpApi.Limit LIMIT = HttpApi.Limit.perMinute("push-receipts", 600);

  private final HttpApi http;
  private final Receipts receipts;

  public ReceiptRoutes(HttpAccess access, Receipts receipts) {
    this.http = new HttpApi(access, new DetailRefusals());
    this.receipts = receipts;
  }

  /** Mounts it. */
  public void mount(Router router) {
    http.readBodies(router, RECEIPTS, BODY_LIMIT);
    router
        .post(RECEIPTS)
        .handler(
            context ->
                http.use(LIMIT, http.clientAddress(context))
                    .compose(within -> take(context))
                    .onSuccess(taken -> Answers.json(context, 200, taken))
                    .onFailure(failure -> http.refuse(context, failure)));
  }

  private Future<JsonObject> take(RoutingContext context) {
    JsonObject body = HttpApi.body(context);
    String notification = Fields.required(body::getValue, "notificationId", ID_MAX);
    String receipt = Fields.required(body::getValue, "receipt", RECEIPT_MAX);
    return receipts
        .take(notification, receipt, shown(body.getValue("shown")))
        .map(
            good -> {
              if (!good) {
                throw RefusedException.notFound("no such receipt, or it is used");
              }
              return new JsonObject().put("success", true);
            });
  }

  /** FCM's data are texts, and apps pass on what they have. */
  private static boolean shown(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean flag -> flag;
      case String text when text.equals("true") -> true;
      case String text when text.equals("false") || text.isEmpty() -> false;
      default -> throw new BadFieldException("shown", "must be true or false");
    };
  }
}
