package dev.switchboard.ice;

/** What a client shows a TURN server. Does not print its password. */
record Credential(String username, String password) {
  @Override
  public String toString() {
    return "Credential[" + username + "]";
  }
}
