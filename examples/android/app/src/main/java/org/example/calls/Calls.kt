package org.example.calls

import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.app.Person
import android.content.ComponentName
import android.content.Context
import android.content.Intent
import android.media.AudioAttributes
import android.media.RingtoneManager
import android.net.Uri
import android.os.Build
import android.os.Bundle
import android.telecom.DisconnectCause
import android.telecom.PhoneAccount
import android.telecom.PhoneAccountHandle
import android.telecom.TelecomManager

/** Rings, and stops ringing. One for the process: [Calls.of]. Called on any thread. */
class Calls private constructor(private val context: Context) {
  private val notifications = context.getSystemService(NotificationManager::class.java)
  private val telecom = context.getSystemService(TelecomManager::class.java)
  private val account =
      PhoneAccountHandle(ComponentName(context, CallConnectionService::class.java), "calls")

  /** What signs in and talks: your app's socket, which sends `register` with the FCM token as `fcmToken`. */
  @Volatile var signaling: Signaling? = null

  init {
    val ringtone =
        AudioAttributes.Builder().setUsage(AudioAttributes.USAGE_NOTIFICATION_RINGTONE).build()
    notifications.createNotificationChannel(
        NotificationChannel(RINGS, "Incoming calls", NotificationManager.IMPORTANCE_HIGH).apply {
          setSound(RingtoneManager.getDefaultUri(RingtoneManager.TYPE_RINGTONE), ringtone)
          enableVibration(true)
          lockscreenVisibility = Notification.VISIBILITY_PUBLIC
        })
    notifications.createNotificationChannel(
        NotificationChannel(MISSED, "Missed calls", NotificationManager.IMPORTANCE_DEFAULT))
    telecom.registerPhoneAccount(
        PhoneAccount.builder(account, "Calls")
            .setCapabilities(PhoneAccount.CAPABILITY_SELF_MANAGED)
            .build())
  }

  /**
   * Hands the call to Telecom, which arbitrates between apps that call, and rings by a notification with a full-screen intent. A repeat
   * of the same push does nothing more. True if the user can see it.
   */
  fun show(ring: Ring): Boolean {
    if (CallConnectionService.isOver(ring.callId)) return false // the cancelling push was faster
    if (CallConnectionService.find(ring.callId) == null) {
      val extras = Bundle()
      extras.putBundle(TelecomManager.EXTRA_INCOMING_CALL_EXTRAS, ring.toBundle())
      extras.putParcelable(
          TelecomManager.EXTRA_INCOMING_CALL_ADDRESS, Uri.fromParts("sip", ring.callerId, null))
      // Refused while a call of the phone app goes on, for example: then the notification alone has to do.
      runCatching { telecom.addNewIncomingCall(account, extras) }
    }
    notifications.notify(ring.callId, RING, notification(ring))
    // The app's own socket finds the call when it registers: `incoming_call` comes again, then.
    signaling?.connect()
    return wouldShow()
  }

  /** False where the user, or a missing permission, keeps the app from showing anything. */
  fun wouldShow() = notifications.areNotificationsEnabled()

  private fun notification(ring: Ring): Notification {
    val screen = intent(IncomingCallActivity::class.java, ring, null)
    val answer = intent(IncomingCallActivity::class.java, ring, ACTION_ANSWER)
    val decline =
        PendingIntent.getBroadcast(
            context, ring.callId.hashCode(), fill(Intent(context, DeclineReceiver::class.java), ring), FLAGS)
    val builder =
        Notification.Builder(context, RINGS)
            .setSmallIcon(android.R.drawable.sym_call_incoming)
            .setContentTitle(ring.callerName)
            .setContentText(if (ring.video) "Incoming video call" else "Incoming call")
            .setCategory(Notification.CATEGORY_CALL)
            .setOngoing(true)
            // Goes by itself, should nothing say that the call is over.
            .setTimeoutAfter(maxOf(1, ring.ringUntil - System.currentTimeMillis()))
            .setContentIntent(screen)
            // On a locked screen this is the call's own screen; on one in use a banner.
            .setFullScreenIntent(screen, true)
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.S) {
      val caller = Person.Builder().setName(ring.callerName).setImportant(true).build()
      builder.setStyle(Notification.CallStyle.forIncomingCall(caller, decline, answer))
    } else {
      builder.addAction(Notification.Action.Builder(null, "Decline", decline).build())
      builder.addAction(Notification.Action.Builder(null, "Answer", answer).build())
    }
    return builder.build()
  }

  private fun intent(screen: Class<*>, ring: Ring, action: String?): PendingIntent {
    val intent = fill(Intent(context, screen), ring).setAction(action)
    intent.addFlags(Intent.FLAG_ACTIVITY_NEW_TASK)
    return PendingIntent.getActivity(context, ring.callId.hashCode(), intent, FLAGS)
  }

  private fun fill(intent: Intent, ring: Ring) = intent.putExtra(EXTRA_RING, ring.toBundle())

  fun accept(ring: Ring) {
    notifications.cancel(ring.callId, RING)
    CallConnectionService.find(ring.callId)?.setActive()
    signaling?.accept(ring.callId)
  }

  fun decline(ring: Ring) {
    signaling?.reject(ring.callId)
    over(ring.callId, DisconnectCause.REJECTED)
  }

  /** The call is over, or rings here no more. */
  fun over(callId: String, cause: Int = DisconnectCause.REMOTE) {
    notifications.cancel(callId, RING)
    CallConnectionService.end(callId, cause)
  }

  fun showMissed(caller: String) {
    val missed =
        Notification.Builder(context, MISSED)
            .setSmallIcon(android.R.drawable.sym_call_missed)
            .setContentTitle("Missed call")
            .setContentText(caller)
            .setAutoCancel(true)
    notifications.notify(caller, MISSED_CALL, missed.build())
  }

  fun tokenChanged(token: String) {
    signaling?.register(fcmToken = token)
  }

  companion object {
    const val ACTION_ANSWER = "org.example.calls.ANSWER"
    const val EXTRA_RING = "ring"
    private const val RINGS = "rings"
    private const val MISSED = "missed"
    private const val RING = 1
    private const val MISSED_CALL = 2
    private const val FLAGS = PendingIntent.FLAG_UPDATE_CURRENT or PendingIntent.FLAG_IMMUTABLE
    @Volatile private var instance: Calls? = null

    fun of(context: Context): Calls =
        instance ?: synchronized(this) { instance ?: Calls(context.applicationContext).also { instance = it } }
  }
}
