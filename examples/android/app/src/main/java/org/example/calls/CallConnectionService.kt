package org.example.calls

import android.net.Uri
import android.telecom.Connection
import android.telecom.ConnectionRequest
import android.telecom.ConnectionService
import android.telecom.DisconnectCause
import android.telecom.PhoneAccountHandle
import android.telecom.TelecomManager
import java.util.concurrent.ConcurrentHashMap

/** Our calls, as Android's Telecom sees them: a headset's button, a car, and other apps' calls reach them through it. */
class CallConnectionService : ConnectionService() {
  override fun onCreateIncomingConnection(
      account: PhoneAccountHandle?,
      request: ConnectionRequest,
  ): Connection {
    val ring =
        Ring.of(request.extras?.getBundle(TelecomManager.EXTRA_INCOMING_CALL_EXTRAS))
            ?: Ring.of(request.extras)
            ?: return Connection.createFailedConnection(DisconnectCause(DisconnectCause.ERROR))
    val connection = OwnConnection(Calls.of(this), ring)
    live[ring.callId] = connection
    // Telecom takes its time, and a call may be over before it asks for it.
    if (ring.callId in over) connection.finish(DisconnectCause.REMOTE)
    return connection
  }

  override fun onCreateIncomingConnectionFailed(
      account: PhoneAccountHandle?,
      request: ConnectionRequest,
  ) {
    // Telecom lets no further call in now. The notification rings all the same; accepting it holds the other call by itself.
  }

  /** One call. Telecom calls it on the main thread. */
  class OwnConnection(private val calls: Calls, private val ring: Ring) : Connection() {
    init {
      connectionProperties = PROPERTY_SELF_MANAGED
      setAddress(Uri.fromParts("sip", ring.callerId, null), TelecomManager.PRESENTATION_ALLOWED)
      setCallerDisplayName(ring.callerName, TelecomManager.PRESENTATION_ALLOWED)
      audioModeIsVoip = true
      setRinging()
    }

    override fun onAnswer() = calls.accept(ring)

    override fun onReject() = calls.decline(ring)

    override fun onDisconnect() {
      calls.signaling?.end(ring.callId)
      calls.over(ring.callId, DisconnectCause.LOCAL)
    }

    override fun onShowIncomingCallUi() {
      // The notification is up already; Telecom asks for it here too.
    }

    fun finish(cause: Int) {
      live.remove(ring.callId)
      setDisconnected(DisconnectCause(cause))
      destroy()
    }
  }

  companion object {
    private val live = ConcurrentHashMap<String, OwnConnection>()
    private val over: MutableSet<String> = ConcurrentHashMap.newKeySet()

    fun isOver(callId: String) = callId in over

    /** Ends it, also if Telecom has not asked for it yet. */
    fun end(callId: String, cause: Int) {
      over.add(callId)
      live[callId]?.finish(cause)
    }

    fun find(callId: String): OwnConnection? = live[callId]
  }
}
