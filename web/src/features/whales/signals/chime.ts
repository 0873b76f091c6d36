/** Two short tones, in Hz. */
const TONES = [587.33, 880];
const TONE_S = 0.16;
const LOUDNESS = 0.12;

let context: AudioContext | null = null;

function ring(on: AudioContext): void {
  const { currentTime: now, destination } = on;
  TONES.forEach((frequency, index) => {
    const starts = now + index * TONE_S;
    const tone = new OscillatorNode(on, { frequency });
    const volume = new GainNode(on, { gain: 0 });
    volume.gain.linearRampToValueAtTime(LOUDNESS, starts + 0.02);
    volume.gain.linearRampToValueAtTime(0, starts + TONE_S);
    tone.connect(volume).connect(destination);
    tone.start(starts);
    tone.stop(starts + TONE_S);
  });
}

/** Makes the sound of a whale; nothing until somebody has touched the page, as browsers keep it silent. */
export function playChime(): void {
  if (!navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  const on = context;
  // A new one is suspended for a moment.
  void on.resume().then(
    () => ring(on),
    () => undefined,
  );
}
