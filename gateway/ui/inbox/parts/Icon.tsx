// The inbox's pictograms: lines on a 20 px field, coloured by the text around them. Must not know what they stand for.

const PATHS = {
  back: 'M12 4 6 10l6 6',
  bell: 'M5 14V9a5 5 0 0 1 10 0v5l1.5 1.5h-13zM8.5 17.5h3',
  bolt: 'M11 2.5 4.5 11H10l-1 6.5L15.5 9H10z',
  book: 'M4 4.5A1.5 1.5 0 0 1 5.5 3H16v12H5.5A1.5 1.5 0 0 0 4 16.5zm0 12A1.5 1.5 0 0 0 5.5 18H16v-3',
  bot: 'M5 7h10a1.5 1.5 0 0 1 1.5 1.5v6A1.5 1.5 0 0 1 15 16H5a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 5 7zm5 0V3.5M7.5 11v1M12.5 11v1',
  check: 'm4 10.5 4 4 8-9',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm0-11v4l2.5 2',
  close: 'm5 5 10 10M15 5 5 15',
  cog: 'M3.5 6h7m4 0h2m-13 8h2m4 0h7M12.5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm-5 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  down: 'M10 4v12m-5-5 5 5 5-5',
  chevron: 'm5.5 8 4.5 4.5L14.5 8',
  hand: 'M4 11h8.5M9 7l4 4-4 4M16 4v14',
  inbox: 'M3 11.5 5.5 4h9l2.5 7.5V16H3zm0 0h4l1 2h4l1-2h4',
  key: 'M12.5 11a3.5 3.5 0 1 0-3-1.7L4 14.5V17h2.5v-1.5H8V14l2-2a3.5 3.5 0 0 0 2.5-1z',
  more: 'M4.5 10.5a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1zm5.5 0a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1zm5.5 0a.5.5 0 1 0 0-1 .5.5 0 0 0 0 1z',
  note: 'M4 3.5h12v9L12.5 16H4zm8.5 12.5v-3.5H16M7 7h6M7 10h4',
  people: 'M7.5 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM3 16c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4m1-11.3a2.5 2.5 0 0 1 0 4.6M14 12.2c1.8.4 3 1.8 3 3.8',
  person: 'M10 10a3 3 0 1 0 0-6 3 3 0 0 0 0 6zm-6 7c0-3 2.7-4.5 6-4.5s6 1.5 6 4.5',
  plus: 'M10 4v12M4 10h12',
  refresh: 'M16 10a6 6 0 1 1-1.8-4.3L16 7.5M16 3.5v4h-4',
  search: 'M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zm4-1.5 4 4',
  send: 'M3.5 10 17 3.5 12.5 17l-3-5.5zm6 1.5L17 3.5',
  side: 'M3.5 4h13v12h-13zM12 4v12',
  snooze: 'M6 5h5l-5 6h5M12.5 9.5h4l-4 5h4',
  team: 'M10 3 3 6.5 10 10l7-3.5zM3 10l7 3.5L17 10M3 13.5 10 17l7-3.5',
  trash: 'M4 6h12M8 6V4h4v2m-6.5 0 .7 10h7.6l.7-10M8.5 9v4.5m3-4.5v4.5',
  undo: 'M7 5 3.5 8.5 7 12M4 8.5h7.5a4 4 0 0 1 0 8H8',
  warn: 'M10 3.5 2.5 16.5h15zM10 8.5V12m0 2v.1',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
