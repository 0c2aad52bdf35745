// Compile the page assets into static/built: two style sheets (staff, portal) and one script. Run by `npm run build`.
import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rm, stat, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const out = join(root, "static", "built");
const MOJ = join(root, "node_modules", "@ministryofjustice", "frontend", "moj");
const SHEETS = { "app.css": "staff.scss", "portal.css": "portal.scss" };

// `moj:///components/…` is a style sheet of MoJ Frontend, made to stand on our settings in place of its own.
const moj = {
  canonicalize(url) {
    if (!url.startsWith("moj:///")) return null;
    const name = url.slice("moj:///".length);
    if (name === "vendor/govuk-frontend") return pathToFileURL(join(here, "scss", "_house.scss"));
    const path = `${dirname(name)}/_${name.split("/").at(-1)}.scss`;
    return existsSync(join(MOJ, path)) ? new URL(`moj:///${path}`) : null;
  },
  load(url) {
    const file = url.protocol === "moj:" ? join(MOJ, url.pathname) : fileURLToPath(url);
    return { contents: readFileSync(file, "utf8"), syntax: "scss" };
  },
};

async function styles() {
  for (const [name, source] of Object.entries(SHEETS)) {
    const { css } = sass.compile(join(here, "scss", source), {
      style: "compressed",
      charset: false,
      quietDeps: true,
      importers: [moj],
      loadPaths: [join(root, "node_modules")],
    });
    await writeFile(join(out, name), css);
  }
}

async function scripts() {
  await build({
    absWorkingDir: root,
    entryPoints: [join(here, "js", "app.js")],
    outfile: join(out, "app.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2020"],
    legalComments: "none",
    logLevel: "warning",
  });
}

// For the files we write as PDF: letters of most alphabets.
async function fonts() {
  await mkdir(join(out, "fonts"));
  for (const name of ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"]) {
    await copyFile(join(root, "node_modules", "dejavu-fonts-ttf", "ttf", name), join(out, "fonts", name));
  }
}

async function report() {
  for (const name of [...Object.keys(SHEETS), "app.js"]) {
    const file = join(out, name);
    const zipped = gzipSync(await readFile(file)).length;
    console.log(`${relative(root, file)}  ${((await stat(file)).size / 1024).toFixed(1)} KB, ${(zipped / 1024).toFixed(1)} KB gzip`);
  }
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await Promise.all([styles(), scripts(), fonts()]);
await report();
