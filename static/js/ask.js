// The camera beside the serial of a dead board: what it reads is looked up at once. Without this file the serial is typed.
const $ = selector => document.querySelector(selector);
const form = $('#look'), button = $('#camera');

// Trusted Types: this page may load the vendored reader, and no other script.
const createScriptURL = wanted => { if (wanted !== form.dataset.zxjs) throw new TypeError('script url'); return wanted; };
const policy = window.trustedTypes?.createPolicy('scan', { createScriptURL }) ?? { createScriptURL };

if (navigator.mediaDevices?.getUserMedia) {
  button.hidden = false;
  const found = code => {
    form.elements.serial.value = code;
    form.requestSubmit();
  };
  button.addEventListener('click', async () => {
    try {
      const eye = await import('./camera.js');
      const isOn = await eye.toggle(form, $('#cam'), wanted => policy.createScriptURL(wanted), found);
      button.setAttribute('aria-pressed', String(isOn));
    } catch {
      $('#nocam').hidden = false;
    }
  });
}
