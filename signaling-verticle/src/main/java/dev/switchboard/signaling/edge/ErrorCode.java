package dev.switchboard.signaling.edge;

/** Why a feature refuses what a client sends: one of its constants. */
public interface ErrorCode {
  String code();

  /** The words where nothing more exact is known. */
  String message();
}
