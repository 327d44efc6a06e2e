// Prints raw and gzip bytes of each bundle and fails over budget. Run after `npm run build`.
import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ui = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const out = resolve(process.env.BATON_UI_OUT ?? join(ui, 'dist'));
const KB = 1024;

/** All scripts and styles of a folder, languages included: a bundle may not grow unseen in its corners. */
function code(folder) {
  const path = join(out, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(path, name));
}

const bundles = [
  { name: 'loader', files: [join(out, 'widget/loader.js')], budget: 8 * KB },
  { name: 'widget', files: code('widget/assets'), budget: 60 * KB },
  { name: 'inbox', files: code('inbox/assets'), budget: 160 * KB },
];

let over = false;
for (const { name, files, budget } of bundles) {
  const present = files.filter((file) => existsSync(file));
  if (present.length === 0) {
    console.error(`${name}: not built`);
    over = true;
    continue;
  }
  let raw = 0;
  let gzip = 0;
  for (const file of present) {
    const bytes = readFileSync(file);
    raw += bytes.length;
    gzip += gzipSync(bytes, { level: 9 }).length;
  }
  const verdict = gzip > budget ? 'OVER BUDGET' : 'ok';
  console.log(`${name.padEnd(8)} ${String(raw).padStart(8)} B raw ${String(gzip).padStart(8)} B gzip of ${budget} (${present.length} files) ${verdict}`);
  over ||= gzip > budget;
}
process.exitCode = over ? 1 : 0;
