// The few words the launcher needs before anything is loaded. Must not grow: every page of the site carries them.

/** Open, close, unread (with `#` for the number), no answer. */
type Words = readonly [string, string, string, string];

const ENGLISH: Words = ['Open chat', 'Close chat', '# unread', 'The chat cannot be reached right now.'];

const TEXTS: Readonly<Record<string, Words>> = {
  en: ENGLISH,
  de: ['Chat öffnen', 'Chat schließen', '# ungelesen', 'Der Chat ist gerade nicht erreichbar.'],
  fr: ['Ouvrir le chat', 'Fermer le chat', '# non lus', 'Le chat est injoignable pour le moment.'],
  es: ['Abrir el chat', 'Cerrar el chat', '# sin leer', 'El chat no está disponible en este momento.'],
  it: ['Apri la chat', 'Chiudi la chat', '# non letti', 'La chat non è raggiungibile al momento.'],
  pt: ['Abrir o chat', 'Fechar o chat', '# não lidas', 'O chat não está disponível de momento.'],
  nl: ['Chat openen', 'Chat sluiten', '# ongelezen', 'De chat is op dit moment niet bereikbaar.'],
  pl: ['Otwórz czat', 'Zamknij czat', 'nieprzeczytane: #', 'Czat jest chwilowo nieosiągalny.'],
  tr: ['Sohbeti aç', 'Sohbeti kapat', '# okunmamış', 'Sohbete şu anda ulaşılamıyor.'],
  ja: ['チャットを開く', 'チャットを閉じる', '未読#件', '現在チャットに接続できません。'],
};

/** The launcher's name for those who hear it. */
export function launcherLabel(languages: readonly string[], open: boolean, unread: number): string {
  const [toOpen, toClose, count] = wordsOf(languages);
  if (open) return toClose;
  return unread > 0 ? `${toOpen} (${count.replace('#', String(unread))})` : toOpen;
}

/** What is said in the panel where the chat does not come. */
export function unreachable(languages: readonly string[]): string {
  return wordsOf(languages)[3];
}

function wordsOf(languages: readonly string[]): Words {
  return languages.map((tag) => TEXTS[tag.toLowerCase().split('-')[0] ?? '']).find((words) => words !== undefined) ?? ENGLISH;
}
