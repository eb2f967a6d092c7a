export interface Media {
  stream: MediaStream;
  /** What was wanted and is not there. */
  lacking: Array<'audio' | 'video'>;
  /** The page may not ask at all: it came neither over HTTPS nor from this machine. */
  insecure?: boolean;
}

export type CallType = 'audio' | 'video';

/** As much of the wanted media as there is: both, else sound, else picture, else an empty stream. Never fails. */
export async function openMedia(callType: CallType): Promise<Media> {
  const wantsVideo = callType === 'video';
  const wanted: Media['lacking'] = wantsVideo ? ['audio', 'video'] : ['audio'];
  const video = { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' };
  const audio = { echoCancellation: true, noiseSuppression: true };
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices?.getUserMedia) return { stream: new MediaStream(), lacking: wanted, insecure: true };
  for (const constraints of wantsVideo ? [{ audio, video }, { audio }, { video }] : [{ audio }]) {
    try {
      const stream = await devices.getUserMedia(constraints);
      return { stream, lacking: wanted.filter((kind) => !stream.getTracks().some((track) => track.kind === kind)) };
    } catch {
      // The next attempt asks for less.
    }
  }
  return { stream: new MediaStream(), lacking: wanted };
}

export function closeMedia(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
