package dev.switchboard.signaling.edge;

/** Why a feature refuses what a client sends: one of its constants. */
public interface ErrorCode {
  /** The code on the wire. */
  String code();

  /** The words where nothing more exact is known. */
  String message();
}
