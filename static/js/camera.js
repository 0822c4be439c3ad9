// Reads codes with the camera: with the browser's own detector where it knows the formats, else with the reader in
// WebAssembly, which is fetched only then.
const FORMATS = ['code_128', 'code_39', 'qr_code', 'data_matrix', 'ean_13'];
const PAUSE = 160, SAME_AGAIN = 2500;

export async function detector(root, scriptUrl) {
  if ('BarcodeDetector' in window && !root.dataset.forceWasm) {
    const known = await BarcodeDetector.getSupportedFormats();
    if (FORMATS.slice(0, 4).every(format => known.includes(format))) return new BarcodeDetector({ formats: FORMATS });
  }
  await new Promise((done, fail) => {
    const script = document.createElement('script');
    script.src = scriptUrl(root.dataset.zxjs);
    script.onload = done;
    script.onerror = fail;
    document.head.append(script);
  });
  const reader = window.BarcodeDetectionAPI;
  const locateFile = (path, folder) => path.endsWith('.wasm') ? root.dataset.zxwasm : folder + path;
  await reader.prepareZXingModule({ overrides: { locateFile }, fireImmediately: true });
  return new reader.BarcodeDetector({ formats: FORMATS });
}

let stream;
// Switches the camera on or off; says whether it is on.
export async function toggle(root, box, scriptUrl, found) {
  if (stream) {
    for (const track of stream.getTracks()) track.stop();
    stream = undefined;
    box.hidden = true;
    return false;
  }
  const video = box.querySelector('video');
  stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 } } });
  box.hidden = false;
  video.srcObject = stream;
  await video.play();
  const reader = await detector(root, scriptUrl);
  let last = '', lastAt = 0;
  const look = async () => {
    if (!stream) return;
    const [code] = await reader.detect(video).catch(() => []);
    if (code && (code.rawValue !== last || Date.now() - lastAt > SAME_AGAIN)) {
      last = code.rawValue;
      lastAt = Date.now();
      found(code.rawValue);
    }
    setTimeout(look, PAUSE);
  };
  look();
  return true;
}
