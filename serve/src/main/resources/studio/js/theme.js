// Light, dark, or as the system has it; remembered in this browser.

const KEY = 'cumae-theme';

export function startTheme() {
  const root = document.documentElement;
  const stored = remembered();
  if (stored) root.dataset.theme = stored;
  document.getElementById('theme').addEventListener('click', () => {
    const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    root.dataset.theme = dark ? 'light' : 'dark';
    try { localStorage.setItem(KEY, root.dataset.theme); } catch { /* a private window forgets */ }
    window.dispatchEvent(new Event('resize'));
  });
}

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}
