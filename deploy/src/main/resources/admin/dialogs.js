// Questions before what can't be undone, and short notices after.

import { $, foreign, say } from './dom.js';

/**
 * Asks; answers null if it is to be left, else what was typed in.
 *
 * @param subject what others named, shown by itself
 * @param field the label of a text to type in; absent for none
 */
export function question({ title, text, subject, action, danger = true, field, value = '' }) {
  const dialog = $('dialog');
  say($('dialog-title'), title);
  $('dialog-text').replaceChildren(text, ...(subject == null ? [] : [' ', foreign(subject, 120)]));
  $('dialog-field').hidden = !field;
  if (field) say($('dialog-field').querySelector('label'), field);
  $('dialog-input').value = value;
  say($('dialog-ok'), action);
  $('dialog-ok').classList.toggle('danger', danger);
  return new Promise((resolve) => {
    let answer = null;
    const submit = (event) => {
      event.preventDefault();
      answer = $('dialog-input').value.trim();
      dialog.close();
    };
    const leave = () => dialog.close();
    dialog.addEventListener('close', () => {
      $('dialog-form').removeEventListener('submit', submit);
      $('dialog-cancel').removeEventListener('click', leave);
      resolve(answer);
    }, { once: true });
    $('dialog-form').addEventListener('submit', submit);
    $('dialog-cancel').addEventListener('click', leave);
    dialog.showModal();
    (field ? $('dialog-input') : $('dialog-cancel')).focus();
  });
}

let timer;

export function notice(text) {
  say($('notice'), text);
  clearTimeout(timer);
  timer = setTimeout(() => say($('notice'), ''), 6000);
}

/** Runs what a button does: once at a time, and a failure is told. */
export async function act(button, doing) {
  if (button.ariaBusy === 'true') return;
  button.ariaBusy = 'true';
  try {
    const said = await doing();
    if (said) notice(said);
  } catch (failure) {
    notice(failure.message);
  } finally {
    button.ariaBusy = 'false';
  }
}
