// Tabs as the ARIA practices have them: one tab stop, arrows move between them.

export function openTab(tab) {
  for (const each of tab.parentElement.children) {
    const open = each === tab;
    each.setAttribute('aria-selected', String(open));
    each.tabIndex = open ? 0 : -1;
    document.getElementById(each.getAttribute('aria-controls')).hidden = !open;
  }
}

export function tabs(list) {
  const all = [...list.children];
  list.addEventListener('click', ({ target }) => {
    const tab = target.closest('[role=tab]');
    if (tab) openTab(tab);
  });
  list.addEventListener('keydown', (event) => {
    const at = all.indexOf(document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    const next = all[(at + step + all.length) % all.length];
    openTab(next);
    next.focus();
  });
}
