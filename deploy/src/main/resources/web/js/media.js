// The person's own camera and microphone.

/**
 * As much of the wanted media as there is: both, else sound, else picture, else an empty stream. Never fails; `lacking`
 * says in words what is missing.
 */
export async function openMedia(callType) {
  const wantsVideo = callType === 'video';
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' };
  const audio = { echoCancellation: true, noiseSuppression: true };
  const attempts = wantsVideo
    ? [{ audio, video }, { audio }, { video }]
    : [{ audio }];
  if (!navigator.mediaDevices?.getUserMedia) {
    return {
      stream: new MediaStream(),
      lacking: 'Camera and microphone work only over HTTPS or on localhost.',
    };
  }
  for (const constraints of attempts) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints);
      const lacking = [];
      if (stream.getAudioTracks().length === 0) lacking.push('No microphone: they cannot hear you.');
      if (wantsVideo && stream.getVideoTracks().length === 0) lacking.push('No camera: they cannot see you.');
      return { stream, lacking: lacking.join(' ') };
    } catch {
      // The next attempt asks for less.
    }
  }
  return {
    stream: new MediaStream(),
    lacking: wantsVideo
      ? 'No camera and no microphone: you only see and hear.'
      : 'No microphone: you only hear.',
  };
}

export function closeMedia(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
