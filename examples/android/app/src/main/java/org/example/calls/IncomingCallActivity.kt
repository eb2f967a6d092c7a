package org.example.calls

import android.app.Activity
import android.os.Build
import android.os.Bundle
import android.view.Gravity
import android.widget.Button
import android.widget.LinearLayout
import android.widget.TextView

/** The call's own screen, also over the lock screen. */
class IncomingCallActivity : Activity() {
  override fun onCreate(state: Bundle?) {
    super.onCreate(state)
    if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.O_MR1) {
      setShowWhenLocked(true)
      setTurnScreenOn(true)
    }
    val ring = Ring.of(intent.getBundleExtra(Calls.EXTRA_RING)) ?: return finish()
    val calls = Calls.of(this)
    if (intent.action == Calls.ACTION_ANSWER) {
      calls.accept(ring)
      return finish() // Your screen of a call opens here.
    }
    setContentView(
        LinearLayout(this).apply {
          orientation = LinearLayout.VERTICAL
          gravity = Gravity.CENTER
          addView(TextView(context).apply { text = ring.callerName; textSize = 32f })
          addView(button("Answer") { calls.accept(ring) })
          addView(button("Decline") { calls.decline(ring) })
        })
  }

  private fun button(label: String, act: () -> Unit) =
      Button(this).apply {
        text = label
        setOnClickListener {
          act()
          finish()
        }
      }
}
