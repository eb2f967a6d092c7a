package dev.switchboard.push.send;

import java.time.Instant;

/** What a provider made of a push to one device. A failure to find out is a failed future. */
public sealed interface Outcome {
  /** The word for it in metrics. */
  String status();

  /** The provider has taken it, under an id of its own. */
  record Accepted(String providerId) implements Outcome {
    @Override
    public String status() {
      return "sent";
    }
  }

  /** The provider refuses it and would again. */
  record Rejected(String reason) implements Outcome {
    @Override
    public String status() {
      return "failed";
    }
  }

  /** The provider says that the device has been gone since that time. */
  record Unregistered(Instant since) implements Outcome {
    @Override
    public String status() {
      return "failed";
    }
  }
}
