// The few words the launcher needs before anything is loaded. Must not grow: every page of the site carries them.

/** Open, close, unread (with `#` for the number). */
const TEXTS: Readonly<Record<string, readonly [string, string, string]>> = {
  en: ['Open chat', 'Close chat', '# unread'],
  de: ['Chat öffnen', 'Chat schließen', '# ungelesen'],
  fr: ['Ouvrir le chat', 'Fermer le chat', '# non lus'],
  es: ['Abrir el chat', 'Cerrar el chat', '# sin leer'],
  it: ['Apri la chat', 'Chiudi la chat', '# non letti'],
  pt: ['Abrir o chat', 'Fechar o chat', '# não lidas'],
  nl: ['Chat openen', 'Chat sluiten', '# ongelezen'],
  pl: ['Otwórz czat', 'Zamknij czat', 'nieprzeczytane: #'],
  tr: ['Sohbeti aç', 'Sohbeti kapat', '# okunmamış'],
  ja: ['チャットを開く', 'チャットを閉じる', '未読#件'],
};

/** The launcher's name for those who hear it. */
export function launcherLabel(languages: readonly string[], open: boolean, unread: number): string {
  const known = languages.map((tag) => TEXTS[tag.toLowerCase().split('-')[0] ?? '']).find((texts) => texts !== undefined);
  const [toOpen, toClose, count] = known ?? ['Open chat', 'Close chat', '# unread'];
  if (open) return toClose;
  return unread > 0 ? `${toOpen} (${count.replace('#', String(unread))})` : toOpen;
}
