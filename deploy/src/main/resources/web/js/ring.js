// Ringing and ringback, made by Web Audio. Browsers keep sound silent until the person has touched the page;
// every touch tries again, so a ring that started silently becomes audible.

let context;
let stopRinging = () => {};

function wake() {
  const Context = window.AudioContext ?? window.webkitAudioContext;
  if (!Context) return undefined;
  context ??= new Context();
  if (context.state === 'suspended') context.resume().catch(() => {});
  return context;
}

for (const touch of ['pointerdown', 'keydown']) {
  document.addEventListener(touch, wake, { passive: true });
}

function burst(frequencies, seconds, loudness) {
  if (!context || context.state !== 'running') return;
  const start = context.currentTime;
  const volume = context.createGain();
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(loudness, start + 0.03);
  volume.gain.setValueAtTime(loudness, start + seconds - 0.08);
  volume.gain.linearRampToValueAtTime(0, start + seconds);
  volume.connect(context.destination);
  for (const frequency of frequencies) {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start(start);
    tone.stop(start + seconds);
  }
}

function repeat(sound, everyMs) {
  quiet();
  wake();
  sound();
  const timer = setInterval(sound, everyMs);
  stopRinging = () => clearInterval(timer);
}

/** Somebody calls: two short notes, and the phone buzzes where it can. */
export function ring() {
  repeat(() => {
    burst([587, 740], 0.35, 0.12);
    setTimeout(() => burst([659, 880], 0.45, 0.12), 400);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.([300, 150, 300]);
  }, 2200);
}

/** Their phone rings: the familiar soft tone. */
export function ringback() {
  repeat(() => burst([440, 480], 1.4, 0.04), 4000);
}

export function quiet() {
  stopRinging();
  stopRinging = () => {};
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(0);
}
