package dev.switchboard.ice.server;

/** What a client shows a TURN server. Does not print its password. */
public record Credential(String username, String password) {
  @Override
  public String toString() {
    return "Credential[" + username + "]";
  }
}
